import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';
import { version } from './version.ts';

/** Reports of older crashes go when newer ones come: enough for anyone to find the one they saw. */
const KEPT = 20;

/** What went on when a bug showed itself. */
export interface Crash {
  /** SORTIE_HOME. */
  readonly home: string;
  /** The command line's words after `sortie`. */
  readonly words: readonly string[];
}

/** Writes down what is known of a bug, readable for its user only, and gives the file's path. Throws where nothing can be written. */
export function logCrash(error: unknown, { home, words }: Crash): string {
  const dir = join(home, 'logs');
  makeFolder(dir, 0o700);
  const now = new Date();
  const file = join(dir, `crash-${now.toISOString().replaceAll(/[:.]/g, '-')}-${process.pid}.log`);
  const lines = [
    `when: ${now.toISOString()}`,
    `sortie: ${version()}`,
    `node: ${process.version} ${process.platform} ${process.arch}`,
    `command: sortie ${words.map((word) => withoutValue(word)).join(' ')}`,
    '',
    causes(error),
    '',
  ];
  writeFileSync(file, lines.join('\n'), { mode: 0o600 });
  prune(dir);
  return file;
}

/** An error's stack, and those of what caused it. */
export function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${causes(error.cause)}`;
}

/** Reports are made to be sent to others; a flag's value may be nobody's business. */
function withoutValue(word: string): string {
  return word.replace(/^([^=]+)=.+$/s, '$1=…');
}

function prune(dir: string): void {
  const files = readdirSync(dir).filter((name) => /^crash-.*\.log$/.test(name));
  for (const name of files.sort().slice(0, -KEPT)) rmSync(join(dir, name), { force: true });
}
