import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore from 'ignore';

/** Whether a path is ruled out by `.guildignore` at the root: gitignore's patterns, for tracked files too. */
export function readGuildIgnore(root: string): (path: string) => boolean {
  let text: string;
  try {
    text = readFileSync(join(root, '.guildignore'), 'utf8');
  } catch {
    return () => false;
  }
  const patterns = ignore().add(text);
  return (path) => patterns.ignores(path);
}
