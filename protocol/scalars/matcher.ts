import type { ScalarRule } from '../run-spec.ts';
import { parsePythonFloat } from '../values/index.ts';
import { compilePythonRegex, PythonRegexError, type PythonRegex } from './python-regex/index.ts';

const NUMBER = String.raw`[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)`;

/** What `\key`, `\value` and `\step` stand for in a rule's pattern. */
const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/\\key/g, String.raw`[^ \t]+`],
  [/\\value/g, `(?:${NUMBER})`],
  [/\\step/g, String.raw`[0-9]+`],
];

/** The rule of an operation that says nothing about its scalars: `KEY: NUMBER` at a line's start, with the step after it if it likes. */
export const DEFAULT_SCALAR_RULE: ScalarRule = {
  key: null,
  pattern: String.raw`^(?P<_key>[A-Za-z_]\S*):\s+(?P<_val>${NUMBER})(?:\s+\((?:step\s+)?(?P<step>[0-9]+)\)|\s+\(.*\))?\s*$`,
};

/** One match of one rule in a line. */
export interface RuleMatch {
  readonly groups: readonly (string | null)[];
  /** The scalars that it gives; `step` among them. */
  readonly values: Readonly<Record<string, number>>;
}

/** A rule that is ready to be tried, or why it can't be. */
export type CompiledRule =
  | { readonly kind: 'ready'; readonly rule: ScalarRule; match(line: string): RuleMatch[] }
  | { readonly kind: 'broken'; readonly rule: ScalarRule; readonly problem: string };

/** Makes a rule ready. A pattern that Python would refuse gives a `broken` one, which matches nothing. */
export function compileScalarRule(rule: ScalarRule): CompiledRule {
  const pattern = ALIASES.reduce((text, [alias, regex]) => text.replace(alias, () => regex), rule.pattern);
  try {
    const regex = compilePythonRegex(pattern);
    return {
      kind: 'ready',
      rule,
      match: (line) =>
        regex.findAll(line).map(({ groups }) => ({ groups, values: valuesOf(rule, regex, groups) })),
    };
  } catch (error) {
    if (!(error instanceof PythonRegexError)) throw error;
    return { kind: 'broken', rule, problem: error.message };
  }
}

/** The rules that an operation's `outputScalars` stand for; null is the default rule. */
export function compileScalarRules(rules: readonly ScalarRule[] | null): readonly CompiledRule[] {
  return (rules ?? [DEFAULT_SCALAR_RULE]).map(compileScalarRule);
}

function valuesOf(rule: ScalarRule, regex: PythonRegex, groups: RuleMatch['groups']): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [key, text] of pairs(rule, regex, groups)) {
    const value = text === null ? undefined : parsePythonFloat(text);
    if (key !== null && key !== '' && value !== undefined) values[key] = value;
  }
  return values;
}

/** Named groups are keys, but for the pair `_key` and `_val`; without names one group is the rule's own value, and two are a key and its value. */
function pairs(
  rule: ScalarRule,
  { names }: PythonRegex,
  groups: RuleMatch['groups'],
): (readonly [string | null, string | null])[] {
  const named = (name: string) => groups[(names.get(name) ?? 0) - 1] ?? null;
  if (names.size > 0) {
    const plain = [...names.keys()].filter((name) => name !== '_key' && name !== '_val');
    return [[named('_key'), named('_val')], ...plain.map((name) => [name, named(name)] as const)];
  }
  if (groups.length === 1) return [[rule.key, groups[0] ?? null]];
  if (groups.length === 2) return [[groups[0] ?? null, groups[1] ?? null]];
  return [];
}

/** The scalars in a line: rules in their order, a later one overwriting an earlier one's key. */
export function matchScalars(rules: readonly CompiledRule[], line: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const rule of rules)
    if (rule.kind === 'ready') for (const { values } of rule.match(line)) Object.assign(found, values);
  return found;
}
