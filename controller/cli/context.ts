import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ReadStream, WriteStream } from 'node:tty';
import { UserError } from '#protocol';

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
        hint: 'make it first, or check the spelling',
      });
    }
  }
  const { env, stdin, stdout, stderr } = process;
  const named = home ?? (env['SORTIE_HOME'] || undefined);
  return {
    stdin,
    stdout,
    stderr,
    env,
    cwd: resolve(cwd ?? '.'),
    home: named === undefined ? join(env['HOME'] || homedir(), '.sortie') : resolve(named),
    debug,
  };
}
