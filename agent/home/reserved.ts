import { open, rename } from 'node:fs/promises';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isMissing, hasCode, syncFolder, writeDurably } from './durable.ts';

/**
 * A receipt must be written where the disk is full: by the program that it is of, as often as not. So its place is reserved when the
 * attempt is staged, with a file beside it that is written over and renamed. What is behind the receipt's own text is blank.
 */
const BYTES = 1024;

/** Where the place of a receipt is reserved. The supervisor knows it by this name too. */
function reservedFor(path: string): string {
  return `${path}.tmp`;
}

/** A file that nothing was written to yet reads as if it were not there. */
export function blank(): string {
  return ' '.repeat(BYTES);
}

export function reserve(path: string): void {
  writeFileSync(reservedFor(path), blank());
}

/** Gives a place back that won't be needed. */
export function releaseReserved(path: string): void {
  rmSync(reservedFor(path), { force: true });
}

/** Writes a receipt whole and durably, in the place that is reserved for it; as `writeDurably` where none is. */
export async function writeReserved(path: string, text: string): Promise<void> {
  const place = reservedFor(path);
  try {
    const handle = await open(place, 'r+');
    try {
      await handle.write(Buffer.from(text.padEnd(BYTES)), 0, undefined, 0);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(place, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (!isMissing(error)) throw error;
    await writeDurably(path, text);
  }
}

/** True for an error that says that the disk, or the user's share of it, has no room: no block, or no inode. */
export function isFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');
}
