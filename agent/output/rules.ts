import { compileScalarRules, matchScalars, type RunSpec } from '#protocol';

/** Finds the scalars of one segment of output. */
export type FindScalars = (segment: Buffer) => Readonly<Record<string, number>>;

const NONE = {};
const COLON = 0x3a;
const UNDERSCORE = 0x5f;

/** Bytes below 9 are no text: Guild drops them from what it looks at. */
function textOf(segment: Buffer): string {
  return segment.toString('utf8').replaceAll(/[\0-\x08]/g, '');
}

/** What every line must have that the default rule can match: most lines are told by it without being decoded. */
function mayMatchDefault(segment: Buffer): boolean {
  const first = segment[0] ?? 0;
  const letter = first | 0x20;
  return ((letter >= 0x61 && letter <= 0x7a) || first === UNDERSCORE || first < 9) && segment.includes(COLON);
}

/** Names of a run's flags: the top-level keys of its `flags` attribute. */
function flagNames(spec: RunSpec): ReadonlySet<string> {
  const text = spec.attrs['flags'] ?? '';
  const names = [
    ...text.matchAll(/^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s#'"{[-][^\n]*?)):(?:\s|$)/gm),
  ];
  return new Set(
    names.map(([, double, single, plain]) => double ?? single?.replaceAll("''", "'") ?? plain ?? ''),
  );
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
