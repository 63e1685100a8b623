import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A listing of a million long paths. Bytes. */
const MAX_OUTPUT = 1 << 28;

export interface GitCall {
  readonly timeout?: number;
  readonly signal?: AbortSignal | undefined;
}

/** No fetch of objects that are missing, by whatever program a partial clone names, and no terminal for questions. */
const QUIET = { GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none', GIT_TERMINAL_PROMPT: '0' };

/**
 * Runs a reading git command in a folder without the programs that the repository's own configuration names: monitors, hooks, filters
 * (git-config(1): core.fsmonitor, core.hooksPath, filter.*). Those of the user's configuration, such as git-lfs, are used. Throws what
 * `execFile` does.
 */
export async function safeGit(folder: string, words: readonly string[], call: GitCall = {}): Promise<string> {
  const { timeout, signal } = call;
  const options = {
    cwd: folder,
    maxBuffer: MAX_OUTPUT,
    ...(timeout === undefined ? {} : { timeout }),
    ...(signal ? { signal } : {}),
  };
  const env = { ...process.env, ...QUIET };
  // Only what hashes files runs filters.
  const filters = words[0] === 'status' ? await filterSettings(options, env) : [];
  const off = [['core.fsmonitor', 'false'], ['core.hooksPath', '/dev/null'], ...filters] as const;
  const settings = off.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  const { stdout } = await run('git', ['--no-optional-locks', ...words], {
    ...options,
    env: {
      ...env,
      GIT_CONFIG_COUNT: String(off.length),
      ...(Object.fromEntries(settings) as Record<string, string>),
    },
  });
  return stdout;
}

/** The filters that a repository itself defines, each set to nothing. */
async function filterSettings(
  options: { readonly cwd: string },
  env: NodeJS.ProcessEnv,
): Promise<readonly (readonly [string, string])[]> {
  const scopes = ['--local', '--worktree'].map(async (scope) => {
    const words = ['config', scope, '--includes', '--name-only', '-z', '--get-regexp', '^filter\\.'];
    // Nothing found is an exit status too.
    return run('git', words, { ...options, env }).then(
      ({ stdout }) => stdout.split('\0').filter((key) => key !== ''),
      () => [],
    );
  });
  return (await Promise.all(scopes)).flat().map((key) => [key, key.endsWith('.required') ? 'false' : '']);
}
