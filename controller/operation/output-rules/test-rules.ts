import { encodeValue, PatternTooSlow, type CompiledRule, type RuleMatch } from '#protocol';

/** `--test-output-scalars` and `--test-output-attrs`: a line, and below it what each pattern finds there. */
export function testedLine(line: string, rules: readonly CompiledRule<number | string>[]): string {
  return `${line}\n${rules.map((rule) => ruleText(rule, line)).join('')}`;
}

function ruleText(rule: CompiledRule<number | string>, line: string): string {
  const name = `  '${rule.rule.pattern}':`;
  if (rule.kind === 'broken') return `${name} <invalid pattern: ${rule.problem}>\n`;
  const matches = matchesOf(rule, line.trimEnd());
  if (matches === null) return `${name} <takes too long>\n`;
  if (matches.length === 0) return `${name} <no matches>\n`;
  return matches
    .map(({ groups, values }) => {
      const found = Object.entries(values).map(
        ([key, value]) => `${key}=${typeof value === 'string' ? value : encodeValue(value)}`,
      );
      return `${name} [${groups.map((group) => group ?? '').join(', ')}] (${found.join(', ')})\n`;
    })
    .join('');
}

/** null for a pattern that takes too long for the line: an agent would switch it off. */
function matchesOf<T>(
  rule: Extract<CompiledRule<T>, { readonly kind: 'ready' }>,
  line: string,
): RuleMatch<T>[] | null {
  try {
    return rule.match(line);
  } catch (error) {
    if (error instanceof PatternTooSlow) return null;
    throw error;
  }
}
