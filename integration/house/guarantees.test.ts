import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The file and title of each test that docs/guarantees.md names. */
function namedTests(): (readonly [string, string])[] {
  const lines = readFileSync(join(root, 'docs/guarantees.md'), 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, file, title] = /^\| .* \| `(\S+\.test\.ts)` \| (.*) \|$/.exec(line) ?? [];
    return file === undefined || title === undefined ? [] : [[file, title] as const];
  });
}

test('every test that docs/guarantees.md names exists', () => {
  const named = namedTests();
  expect(named.length).toBeGreaterThan(40);
  const missing = named.filter(([file, title]) => {
    const path = join(root, file);
    return (
      !existsSync(path) ||
      !["'", '"', '`'].some((quote) => readFileSync(path, 'utf8').includes(`${quote}${title}${quote}`))
    );
  });
  expect(missing).toEqual([]);
});
