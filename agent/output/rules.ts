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
/** Of output that isn't looked at, for progress neither. */
export const findNothing: Finder = () => NOTHING;

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

/** Hears of a rule that isn't followed, in a sentence for the run's user. */
export type OnPassedOver = (words: string) => void;

/** Rules of one kind that can be followed; one that takes too long is none of them any more. */
class Rules<T> {
  #rules: readonly CompiledRule<T>[];
  readonly #of: string;
  readonly #onPassedOver: OnPassedOver;

  constructor(rules: readonly CompiledRule<T>[], of: string, onPassedOver: OnPassedOver) {
    this.#rules = rules;
    this.#of = of;
    this.#onPassedOver = onPassedOver;
    for (const rule of rules) if (rule.kind === 'broken') this.#passOver(rule, rule.problem);
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  find(text: string): Record<string, T> {
    return matchRules(this.#rules, text, (rule) => this.#passOver(rule, 'it takes too long'));
  }

  #passOver(rule: CompiledRule<T>, why: string): void {
    this.#rules = this.#rules.filter((each) => each !== rule);
    this.#onPassedOver(`${this.#of} rule '${rule.rule.pattern}' is switched off: ${why}`);
  }
}

function without<T>(found: Record<string, T>, names: Pick<ReadonlySet<string>, 'has'>): Record<string, T> {
  return Object.fromEntries(Object.entries(found).filter(([key]) => !names.has(key)));
}

/**
 * What a run's rules find. By the default rules, what has a flag's name is the flag printed, and neither scalar nor attribute; what is a
 * scalar of a line is no attribute of it.
 */
export function outputFinder(spec: RunSpec, onPassedOver: OnPassedOver): Finder {
  const { outputScalars, outputAttrs = null } = spec;
  const scalarRules = new Rules(compileScalarRules(outputScalars), 'output-scalars', onPassedOver);
  const attributeRules = new Rules(compileAttributeRules(outputAttrs), 'output-attrs', onPassedOver);
  if (scalarRules.isEmpty && attributeRules.isEmpty) return () => NOTHING;
  // Where there are no rules but the default ones, most lines needn't be decoded.
  const ownRules = [...(outputScalars ?? []), ...(outputAttrs ?? [])];
  const passesOver = ownRules.length === 0;
  const flags = flagNames(spec);
  return (segment) => {
    if (passesOver && !mayMatchDefault(segment)) return NOTHING;
    const text = textOf(segment);
    const found = scalarRules.find(text);
    const words = without(attributeRules.find(text), new Set(Object.keys(found)));
    return {
      scalars: orNone(outputScalars === null ? without(found, flags) : found),
      attributes: orNone(outputAttrs === null ? without(words, flags) : words),
    };
  };
}

function orNone<T>(found: Record<string, T>): Record<string, T> {
  return Object.keys(found).length === 0 ? NONE : found;
}
