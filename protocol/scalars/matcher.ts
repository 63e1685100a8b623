import type { ScalarRule } from '../run-spec.ts';
import { parsePythonFloat } from '../values/index.ts';
import {
  compilePythonRegex,
  PatternTooSlow,
  PythonRegexError,
  type PythonRegex,
} from '../python-regex/index.ts';

const NUMBER = String.raw`[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[nN][aA][nN]|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)`;
const KEY = String.raw`[_a-zA-Z]\S*`;

/** What rules look for: scalars, which are numbers, or attributes, which are words. */
interface Dialect<T> {
  /** What `\key`, `\value` and `\step` stand for in a rule's pattern. */
  readonly aliases: readonly (readonly [RegExp, string])[];
  /** What is captured as a value; undefined for what is none. */
  readonly valueOf: (text: string) => T | undefined;
}

const SCALARS: Dialect<number> = {
  aliases: [
    [/\\key/g, KEY],
    [/\\value/g, `(?:${NUMBER})`],
    [/\\step/g, String.raw`[0-9]+`],
  ],
  valueOf: parsePythonFloat,
};

const ATTRIBUTES: Dialect<string> = {
  aliases: [
    [/\\key/g, KEY],
    [/\\value/g, String.raw`\S+`],
  ],
  valueOf: (text) => text,
};

/** The rule of an operation that says nothing about its scalars: `KEY: NUMBER` at a line's start, with the step after it if it likes. */
const DEFAULT_SCALAR_RULE: ScalarRule = {
  key: null,
  pattern: String.raw`^(?P<_key>[A-Za-z_]\S*):\s+(?P<_val>${NUMBER})(?:\s+\((?:step\s+)?(?P<step>[0-9]+)\)|\s+\(.*\))?\s*$`,
};

/** The rule of an operation that says nothing about its attributes: `KEY: WORD`, and nothing else in the line. */
const DEFAULT_ATTRIBUTE_RULE: ScalarRule = { key: null, pattern: String.raw`^(${KEY}):\s+(\S+)$` };

/** One match of one rule in a line. */
export interface RuleMatch<T> {
  readonly groups: readonly (string | null)[];
  /** What it gives by name; of scalars, `step` among them. */
  readonly values: Readonly<Record<string, T>>;
}

/** A rule that is ready to be tried, or why it can't be. `match` throws PatternTooSlow. */
export type CompiledRule<T> =
  | {
      readonly kind: 'ready';
      readonly rule: ScalarRule;
      match(line: string): RuleMatch<T>[];
    }
  | { readonly kind: 'broken'; readonly rule: ScalarRule; readonly problem: string };

/** Makes a rule ready. A pattern that Python would refuse gives a `broken` one, which matches nothing. */
function compileRule<T>(rule: ScalarRule, { aliases, valueOf }: Dialect<T>): CompiledRule<T> {
  const pattern = aliases.reduce((text, [alias, regex]) => text.replace(alias, () => regex), rule.pattern);
  try {
    const regex = compilePythonRegex(pattern);
    const valuesOf = (groups: RuleMatch<T>['groups']) => {
      const values: Record<string, T> = {};
      for (const [key, text] of pairs(rule, regex, groups)) {
        const value = text === null ? undefined : valueOf(text);
        if (key !== null && key !== '' && value !== undefined) values[key] = value;
      }
      return values;
    };
    return {
      kind: 'ready',
      rule,
      match: (line) => regex.findAll(line).map(({ groups }) => ({ groups, values: valuesOf(groups) })),
    };
  } catch (error) {
    if (!(error instanceof PythonRegexError)) throw error;
    return { kind: 'broken', rule, problem: error.message };
  }
}

/** The rules that an operation's `outputScalars` stand for; null is the default rule. */
export function compileScalarRules(rules: readonly ScalarRule[] | null): readonly CompiledRule<number>[] {
  return (rules ?? [DEFAULT_SCALAR_RULE]).map((rule) => compileRule(rule, SCALARS));
}

/** The rules that an operation's `outputAttrs` stand for; null is the default rule. */
export function compileAttributeRules(rules: readonly ScalarRule[] | null): readonly CompiledRule<string>[] {
  return (rules ?? [DEFAULT_ATTRIBUTE_RULE]).map((rule) => compileRule(rule, ATTRIBUTES));
}

/** Named groups are keys, but for the pair `_key` and `_val`; without names one group is the rule's own value, and two are a key and its value. */
function pairs(
  rule: ScalarRule,
  { names }: PythonRegex,
  groups: RuleMatch<unknown>['groups'],
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

/** What rules find in a line: in their order, a later one overwriting an earlier one's key. `onSlow` is told of one that takes too long, and is passed over. */
export function matchRules<T>(
  rules: readonly CompiledRule<T>[],
  line: string,
  onSlow?: (rule: CompiledRule<T>) => void,
): Record<string, T> {
  const found: Record<string, T> = {};
  for (const rule of rules)
    if (rule.kind === 'ready')
      try {
        for (const { values } of rule.match(line)) Object.assign(found, values);
      } catch (error) {
        if (!(error instanceof PatternTooSlow)) throw error;
        onSlow?.(rule);
      }
  return found;
}
