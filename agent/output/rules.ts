import { compileScalarRules, isMap, loadYaml, matchScalars, type RunSpec } from '#protocol';

/** Finds the scalars of one segment of output. */
export type FindScalars = (segment: Buffer) => Readonly<Record<string, number>>;

/** Nothing was found. */
export const NONE: Readonly<Record<string, number>> = {};

const COLON = 0x3a;
const UNDERSCORE = 0x5f;
const SPACE = 0x20;

/** Bytes below 9 are no text: Guild drops them from what it looks at. */
function textOf(segment: Buffer): string {
  return segment.toString('utf8').replaceAll(/[\0-\x08]/g, '');
}

function isSpace(byte: number): boolean {
  return byte === SPACE || (byte >= 9 && byte <= 13);
}

/** What a number begins with: a digit, a sign, a point, `nan` or `inf`. */
function beginsNumber(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || '+-.nNiI'.includes(String.fromCharCode(byte));
}

/**
 * What every line has that the default rule can match: a word that begins with a letter and ends with a colon, white space, and
 * a number's beginning. Nearly all lines are told by it without being decoded. One with other bytes than ASCII's is left to the rule.
 */
export function mayMatchDefault(segment: Buffer): boolean {
  const first = segment[0] ?? 0;
  if (first < 9) return segment.length > 0;
  const letter = first | 0x20;
  if ((letter < 0x61 || letter > 0x7a) && first !== UNDERSCORE) return false;
  for (let at = 1; at < segment.length; at += 1) {
    const byte = segment[at] ?? 0;
    if (byte >= 0x80 || byte < 9) return true;
    if (!isSpace(byte)) continue;
    if (segment[at - 1] !== COLON) return false;
    while (at < segment.length && isSpace(segment[at] ?? 0)) at += 1;
    const next = segment[at] ?? 0;
    return next >= 0x80 || next < 9 || beginsNumber(next);
  }
  return false;
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
