import { safeGit } from './safe-git.ts';

/** Git looks at every file of the folder; a tree for which that takes longer has no commit recorded. Ms. */
const GIT_TIMEOUT_MS = 2_000;

/** The commit that a folder is at, as Guild records it: `git:SHA`, and `*` where something in the folder differs from it. null outside of git. */
export async function commitOf(folder: string, signal?: AbortSignal): Promise<string | null> {
  try {
    // Looking for changes in submodules would run git there, with their own configuration.
    const words = ['status', '--porcelain=v2', '--branch', '--ignore-submodules=dirty', '--', '.'];
    const stdout = await safeGit(folder, words, { timeout: GIT_TIMEOUT_MS, signal });
    const [, commit] = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(stdout) ?? [];
    return commit === undefined ? null : `git:${commit}${/^[^#]/m.test(stdout) ? '*' : ''}`;
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}
