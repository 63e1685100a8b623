import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Files of the programs in which an expression stands, but for those that are named. */
function filesWith(expression: RegExp, but: readonly string[]): string[] {
  return globSync('{agent,controller,files,protocol}/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !/\.test\.tsx?$/.test(file) && !but.includes(file))
    .filter((file) => expression.test(readFileSync(join(root, file), 'utf8')));
}

/** Here all of the pattern is the program's own. */
const OWN_PATTERNS = [
  'agent/output/progress.ts',
  'agent/server/router.ts',
  'controller/runs/compare/format-comparison.ts',
  'controller/tui/text.ts',
  'protocol/python-regex/escapes.ts',
  'protocol/values/python-number.ts',
  'protocol/values/yaml-scalar.ts',
];

test('no pattern from outside is given to an engine that may take for ever', () => {
  expect(filesWith(/\bRegExp\(/, OWN_PATTERNS)).toEqual([]);
});

test('YAML is parsed in one place, which bounds it', () => {
  expect(
    filesWith(/\bimport\s*\{[^}]*\bparse\w*[^}]*\} from 'yaml'/, ['protocol/values/yaml-nodes.ts']),
  ).toEqual([]);
});
