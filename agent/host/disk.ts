import { statfsSync } from 'node:fs';

/** Space of the disk that a path is on, in bytes: what this user may still write, and all there is. */
export function diskOf(path: string): { readonly freeBytes: number; readonly totalBytes: number } {
  const { bavail, blocks, bsize } = statfsSync(path);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
