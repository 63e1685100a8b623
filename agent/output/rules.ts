import {
  compileAttributeRules,
  compileScalarRules,
  isMap,
  loadYaml,
  matchRules,
  type CompiledRule,
  type RunSpec,
} from '#protocol';
import { segmentText, type Segment } from './segments.ts';

/** What one segment of output gives. */
interface Found {
  readonly scalars: Readonly<Record<string, number>>;
  readonly attributes: Readonly<Record<string, string>>;
}
export type Finder = (segment: Segment) => Found;

/** Nothing was found. */
export const NONE: Readonly<Record<string, never>> = {};
const NOTHING: Found = { scalars: NONE, attributes: NONE };

const COLON = 0x3a;
const UNDERSCORE = 0x5f;
const SPACE = 0x20;
const OPEN = 0x28;

/** Bytes below 9 are no text, and white space at the end is none of a line: Guild drops both from what it looks at. */
function textOf(segment: Segment): string {
  return segmentText(segment)
    .replaceAll(/[\0-\x08]/g, '')
    .trimEnd();
}

function isSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 9 && byte <= 13);
}

const isText = (byte: number) => byte >= 9 && byte < 0x80;

/**
 * What every line has that a default rule can match: a word that begins with a letter and ends with a colon, white space, and then what
 * numbers are made of and nothing or a parenthesis (a scalar), or one word (an attribute). Nearly all lines are told by it without being
 * decoded. One with other bytes than ASCII's is left to the rules.
 */
export function mayMatchDefault({ bytes, from, to }: Segment): boolean {
  if (from === to) return false;
  const byteAt = (place: number) => bytes[place] ?? 0;
  const first = byteAt(from);
  if (first < 9) return true;
  const letter = first | 0x20;
  if ((letter < 0x61 || letter > 0x7a) && first !== UNDERSCORE) return false;
  let at = from + 1;
  while (at < to && isText(byteAt(at)) && !isSpace(byteAt(at))) at += 1;
  if (at === to) return false;
  if (!isText(byteAt(at))) return true;
  if (byteAt(at - 1) !== COLON) return false;
  while (at < to && isSpace(byteAt(at))) at += 1;
  const word = at;
  while (at < to && isText(byteAt(at)) && !isSpace(byteAt(at))) at += 1;
  const hasWord = at > word;
  while (at < to && isSpace(byteAt(at))) at += 1;
  if (at === to) return hasWord;
  return !isText(byteAt(at)) || (hasWord && byteAt(at) === OPEN);
}

/** Names of a run's flags, from its `flags` attribute. */
function flagNames(spec: RunSpec): ReadonlySet<string> {
  try {
    const flags = loadYaml(spec.attrs['flags'] ?? '{}');
    return new Set(isMap(flags) ? Object.keys(flags) : []);
  } catch {
    // An attribute that can't be read hides no scalar.
    return new Set();
  }
}

/** Says which patterns are passed over, once for each start of a run. */
function tellBroken(rules: readonly CompiledRule<unknown>[], of: string): void {
  for (const rule of rules)
    if (rule.kind === 'broken')
      console.error(`The ${of} pattern ${JSON.stringify(rule.rule.pattern)} is passed over: ${rule.problem}`);
}

function without<T>(found: Record<string, T>, names: Pick<ReadonlySet<string>, 'has'>): Record<string, T> {
  return Object.fromEntries(Object.entries(found).filter(([key]) => !names.has(key)));
}

/**
 * What a run's rules find. By the default rules, what has a flag's name is the flag printed, and neither scalar nor attribute; what is a
 * scalar of a line is no attribute of it.
 */
export function outputFinder(spec: RunSpec): Finder {
  const { outputScalars, outputAttrs = null } = spec;
  const scalarRules = compileScalarRules(outputScalars);
  const attributeRules = compileAttributeRules(outputAttrs);
  tellBroken(scalarRules, 'output-scalars');
  tellBroken(attributeRules, 'output-attrs');
  if (scalarRules.length === 0 && attributeRules.length === 0) return () => NOTHING;
  // Where there are no rules but the default ones, most lines needn't be decoded.
  const ownRules = [...(outputScalars ?? []), ...(outputAttrs ?? [])];
  const passesOver = ownRules.length === 0;
  const flags = flagNames(spec);
  return (segment) => {
    if (passesOver && !mayMatchDefault(segment)) return NOTHING;
    const text = textOf(segment);
    const found = matchRules(scalarRules, text);
    const words = without(matchRules(attributeRules, text), new Set(Object.keys(found)));
    return {
      scalars: orNone(outputScalars === null ? without(found, flags) : found),
      attributes: orNone(outputAttrs === null ? without(words, flags) : words),
    };
  };
}

function orNone<T>(found: Record<string, T>): Record<string, T> {
  return Object.keys(found).length === 0 ? NONE : found;
}
