import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { usageError, UserError } from '#protocol';
import { cachedAnswers } from './answer-cache.ts';
import type { Files, PythonQuestion, World } from './world.ts';

/** Importing a deep-learning framework from a cold disk takes half a minute; past this the script doesn't stop at its parser. Ms. */
const ASK_TIMEOUT_MS = 120_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const MISSING: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/** The disk of this machine. */
export const localFiles: Files = {
  read(path) {
    try {
      return readFileSync(path);
    } catch (error) {
      if (MISSING.has((error as NodeJS.ErrnoException).code)) return null;
      throw usageError({
        code: 'unreadable',
        message: `cannot read ${path}: ${(error as Error).message}`,
        hint: `See its permissions with: ls -l ${path}`,
        cause: error,
      });
    }
  },
  kind(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    return stat.isDirectory() ? 'directory' : 'file';
  },
  isExecutable(path) {
    try {
      accessSync(path, constants.X_OK);
      return statSync(path).isFile();
    } catch {
      return false;
    }
  },
  list(path) {
    try {
      return readdirSync(path).sort();
    } catch {
      return [];
    }
  },
};

export interface LocalWorldInit {
  readonly cwd: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly findRun?: World['findRun'];
  readonly askPython?: World['askPython'];
  readonly signal?: AbortSignal | undefined;
}

/** The machine that the user sits at. Its Python is the one on the caller's PATH, so an active virtual environment counts. */
export function localWorld(init: LocalWorldInit): World {
  const { cwd, home, env, signal } = init;
  return {
    cwd,
    home,
    env,
    user: env['USER'] ?? userInfo().username,
    host: env['HOST'] ?? hostname(),
    now: () => Date.now() * 1000,
    random: Math.random,
    files: localFiles,
    askPython: cachedAnswers(home, init.askPython ?? ((question) => askLocalPython(question, env, signal))),
    findRun: init.findRun ?? (() => Promise.resolve(null)),
  };
}

/** Asks `python3`, else `python`, of the PATH given. Null when neither is there. Errors: `python-failed`. */
export async function askLocalPython(
  question: PythonQuestion,
  env: World['env'],
  signal?: AbortSignal,
): Promise<string | null> {
  for (const name of [env['GUILD_PYTHON_EXE'], 'python3', 'python']) {
    if (!name) continue;
    const answer = await ask(name, question, { env, signal });
    if (answer !== null) return answer;
  }
  return null;
}

function ask(
  python: string,
  { program, args, input, cwd, needsPackages }: PythonQuestion,
  { env, signal }: { readonly env: World['env']; readonly signal: AbortSignal | undefined },
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      python,
      // Isolated, the standard library can't be shadowed by files of the project.
      [...(needsPackages ? [] : ['-I']), '-c', program, ...args],
      { cwd, env, signal, timeout: ASK_TIMEOUT_MS, maxBuffer: MAX_ANSWER_BYTES },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        if (error.code === 'ENOENT') return resolve(null);
        if (signal?.aborted) return reject(signal.reason as Error);
        const said = stderr.trim().split('\n').slice(-1)[0] ?? '';
        reject(
          new UserError({
            code: 'python-failed',
            message: said === '' ? `${python} did not answer: ${error.message}` : said,
            cause: error,
          }),
        );
      },
    );
    // A program that ends before it has read its input closes the pipe; its exit status says what there is to say.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
