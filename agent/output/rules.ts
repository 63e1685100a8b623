import { compileScalarRules, isMap, loadYaml, matchScalars, type RunSpec } from '#protocol';
import { segmentText, type Segment } from './segments.ts';

/** Finds the scalars of one segment of output. */
export type FindScalars = (segment: Segment) => Readonly<Record<string, number>>;

/** Nothing was found. */
export const NONE: Readonly<Record<string, number>> = {};

const COLON = 0x3a;
const UNDERSCORE = 0x5f;
const SPACE = 0x20;
const OPEN = 0x28;

/** Bytes below 9 are no text: Guild drops them from what it looks at. */
function textOf(segment: Segment): string {
  return segmentText(segment).replaceAll(/[\0-\x08]/g, '');
}

function isSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 9 && byte <= 13);
}

/** True for what numbers are made of: digits, signs, a point, and the letters of `1e5`, `nan` and `infinity`. */
const NUMERIC: readonly boolean[] = Array.from({ length: 256 }, (_, byte) =>
  '0123456789+-.eEnNaAiIfFtTyY'.includes(String.fromCharCode(byte)),
);

const isText = (byte: number) => byte >= 9 && byte < 0x80;

/**
 * What every line has that the default rule can match: a word that begins with a letter and ends with a colon, white space, what
 * numbers are made of, and then nothing or a parenthesis. Nearly all lines are told by it without being decoded. One with
 * other bytes than ASCII's is left to the rule.
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
  const number = at;
  while (at < to && NUMERIC[byteAt(at)] === true) at += 1;
  const isNumber = at > number;
  while (at < to && isSpace(byteAt(at))) at += 1;
  if (at === to) return isNumber;
  return !isText(byteAt(at)) || (isNumber && byteAt(at) === OPEN);
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

/** The scalar rules of a run. By the default rule, what has a flag's name is the flag printed, and no scalar. */
export function scalarFinder(spec: RunSpec): FindScalars {
  const rules = compileScalarRules(spec.outputScalars);
  for (const rule of rules)
    if (rule.kind === 'broken')
      console.error(
        `The output-scalars pattern ${JSON.stringify(rule.rule.pattern)} is passed over: ${rule.problem}`,
      );
  if (rules.length === 0) return () => NONE;
  if (spec.outputScalars !== null) return (segment) => matchScalars(rules, textOf(segment));
  const flags = flagNames(spec);
  return (segment) => {
    if (!mayMatchDefault(segment)) return NONE;
    const found = matchScalars(rules, textOf(segment));
    return Object.fromEntries(Object.entries(found).filter(([key]) => !flags.has(key)));
  };
}
