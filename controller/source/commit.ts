import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Git looks at every file of the folder; a tree for which that takes longer has no commit recorded. Ms. */
const GIT_TIMEOUT_MS = 2_000;
const MAX_OUTPUT = 64 << 20;

/** The commit that a folder is at, as Guild records it: `git:SHA`, and `*` where something in the folder differs from it. null outside of git. */
export async function commitOf(folder: string, signal?: AbortSignal): Promise<string | null> {
  try {
    const words = ['--no-optional-locks', 'status', '--porcelain=v2', '--branch', '--', '.'];
    const { stdout } = await run('git', words, {
      cwd: folder,
      timeout: GIT_TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT,
      ...(signal ? { signal } : {}),
    });
    const [, commit] = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(stdout) ?? [];
    return commit === undefined ? null : `git:${commit}${/^[^#]/m.test(stdout) ? '*' : ''}`;
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}
