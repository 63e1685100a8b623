import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';
import type { PythonQuestion, World } from './world.ts';

/**
 * Keeps answers that depend on nothing but the question (the syntax of a script, by its content) under HOME/cache/import-flags, so that an
 * unchanged script costs no Python. Answers of programs that import the user's packages are never kept. A cache that can't be written is no error.
 */
export function cachedAnswers(home: string, ask: World['askPython']): World['askPython'] {
  const folder = join(home, 'cache', 'import-flags');
  return async (question) => {
    if (question.needsPackages) return ask(question);
    const file = join(folder, keyOf(question));
    const known = read(file);
    if (known !== null) return known;
    const answer = await ask(question);
    if (answer !== null) write(folder, file, answer);
    return answer;
  };
}

function keyOf({ program, args, input }: PythonQuestion): string {
  return createHash('sha256')
    .update(JSON.stringify([program, args, input]))
    .digest('hex');
}

function read(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8');
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

function write(folder: string, file: string, answer: string): void {
  try {
    makeFolder(folder, 0o700);
    const aside = `${file}.${process.pid}`;
    writeFileSync(aside, answer, { mode: 0o600 });
    renameSync(aside, file);
  } catch {
    // A full or read-only disk: the next run asks again.
  }
}
