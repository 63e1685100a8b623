import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Lines that show a command of sortie's, without their remarks. */
function shownCommands(): string[] {
  const files = globSync(['README.md', 'docs/*.md', 'docker/*.md', 'controller/cli/**/*.ts'], { cwd: root });
  return files
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => readFileSync(join(root, file), 'utf8').split('\n'))
    .flatMap((line) => /^\s*(?:\{? ?line: .|.?\s*)(sortie run .*)/.exec(line)?.[1] ?? [])
    .map((line) => line.replace(/ #.*/, ''));
}

test('commands in docs and help quote what zsh takes for a pattern', () => {
  const commands = shownCommands();
  expect(commands.length).toBeGreaterThan(10);
  const unquoted = commands
    .map((line) => line.replace(/'[^']*'/g, ''))
    .filter((line) => /[[\]*?]/.test(line));
  expect(unquoted).toEqual([]);
});
