import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ReadStream, WriteStream } from 'node:tty';
import { UserError } from '#protocol';
import { logCrash } from './crash-log.ts';

/** The process as a command sees it. Tests make their own. */
export interface Context {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where projects are looked for: `-C`, else the working directory. */
  readonly cwd: string;
  /** SORTIE_HOME: runs, config, caches. */
  readonly home: string;
  readonly debug: boolean;
  /** Writes down a bug that a view outlives, and gives the file's path. */
  readonly logBug?: (error: unknown) => string;
}

export interface GlobalOptions {
  readonly cwd: string | undefined;
  readonly home: string | undefined;
  readonly debug: boolean;
}

/** Errors: `no-directory` when `-C` or `-H` names nothing, as Guild has it. */
export function processContext({ cwd, home, debug }: GlobalOptions): Context {
  for (const dir of [cwd, home]) {
    if (dir !== undefined && !existsSync(dir)) {
      throw new UserError({
        code: 'no-directory',
        message: `directory '${dir}' does not exist`,
        hint: 'Create it first, or check the spelling.',
      });
    }
  }
  const { env, stdin, stdout, stderr } = process;
  const at = homeOf(home);
  const logBug = (error: unknown) => logCrash(error, { home: at, words: process.argv.slice(2) });
  return { stdin, stdout, stderr, env, cwd: resolve(cwd ?? '.'), home: at, debug, logBug };
}

/** SORTIE_HOME: what `-H` named, else the variable, else ~/.sortie. */
export function homeOf(named: string | undefined): string {
  const { env } = process;
  const home = named ?? (env['SORTIE_HOME'] || undefined);
  return home === undefined ? join(env['HOME'] || homedir(), '.sortie') : resolve(home);
}
