import { compileScalarRules, encodeValue, type ScalarRule } from '#protocol';

/** `--test-output-scalars`: each line, and below it what each pattern finds there. */
export function* testOutputScalars(
  lines: Iterable<string>,
  rules: readonly ScalarRule[] | null,
): Generator<string> {
  const compiled = compileScalarRules(rules);
  for (const line of lines) {
    yield `${line}\n`;
    for (const rule of compiled) {
      const name = `  '${rule.rule.pattern}'`;
      if (rule.kind === 'broken') {
        yield `${name}: <invalid pattern: ${rule.problem}>\n`;
        continue;
      }
      const matches = rule.match(line);
      if (matches.length === 0) yield `${name}: <no matches>\n`;
      for (const { groups, values } of matches) {
        const found = Object.entries(values).map(([key, value]) => `${key}=${encodeValue(value)}`);
        yield `${name}: [${groups.map((group) => group ?? '').join(', ')}] (${found.join(', ')})\n`;
      }
    }
  }
}
