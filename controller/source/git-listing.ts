import { execFile } from 'node:child_process';

/** A listing of a million long paths. Bytes. */
const MAX_OUTPUT = 1 << 28;

/**
 * The paths below a directory that git tracks, or would if they were added (untracked, not ignored), relative to it; null where
 * there is no work tree, no git, or nothing but ignored files. Submodules come as the path of their directory.
 */
export async function listByGit(root: string, signal?: AbortSignal): Promise<string[] | null> {
  const args = ['-c', 'core.fsmonitor=false', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  return new Promise((resolve, reject) => {
    const options = { cwd: root, maxBuffer: MAX_OUTPUT, signal, encoding: 'utf8' } as const;
    execFile('git', args, options, (error, stdout) => {
      if (signal?.aborted === true) reject(signal.reason as Error);
      else resolve(error === null && stdout !== '' ? [...new Set(stdout.slice(0, -1).split('\0'))] : null);
    });
  });
}
