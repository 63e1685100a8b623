import { safeGit } from './safe-git.ts';

/**
 * The paths below a directory that git tracks, or would if they were added (untracked, not ignored), relative to it; null where
 * there is no work tree, no git, or nothing but ignored files. Submodules come as the path of their directory.
 */
export async function listByGit(root: string, signal?: AbortSignal): Promise<string[] | null> {
  try {
    const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const stdout = await safeGit(root, words, { signal });
    return stdout === '' ? null : [...new Set(stdout.slice(0, -1).split('\0'))];
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}
