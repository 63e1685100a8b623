import { statfsSync } from 'node:fs';

/** A disk with less than this has no room for a file worth the name. Bytes. */
const NEXT_TO_NOTHING = 1 << 16;

/** Whether the disk that a path is on has next to no block, or no inode, for this user. */
export function isDiskFull(path: string): boolean {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(path);
    return bavail * bsize < NEXT_TO_NOTHING || (files > 0 && ffree === 0);
  } catch {
    // What is gone takes no room.
    return false;
  }
}

/** Space of the disk that a path is on, in bytes: what this user may still write, and all there is. */
export function diskOf(path: string): { readonly freeBytes: number; readonly totalBytes: number } {
  const { bavail, blocks, bsize } = statfsSync(path);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
