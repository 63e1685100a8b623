import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test("no program makes folders by mkdir's own recursion, which may never end: files/make-folder.ts does", () => {
  const programs = globSync('{protocol,agent,controller,files}/**/*.{ts,tsx}', { cwd: root }).filter(
    (path) => !/(\.test|testing)\.tsx?$/.test(path),
  );
  const wrong = programs.filter((path) =>
    /\bmkdir(Sync)?\([^;]*recursive/.test(readFileSync(join(root, path), 'utf8')),
  );
  expect(programs.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});
