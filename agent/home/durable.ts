import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Puts a folder's entries on disk, so that a rename in it outlives a power cut. */
export function syncFolder(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

let serial = 0;

/** A name beside `path` that nobody else uses. */
export function besides(path: string): string {
  serial += 1;
  return `${path}.${process.pid}.${serial}.tmp`;
}

/** Writes a small file whole: readers see the old one or the new one, and the new one is on disk when this returns. */
export function writeDurably(path: string, data: string | Uint8Array, mode = 0o644): void {
  const temporary = besides(path);
  const handle = openSync(temporary, 'wx', mode);
  try {
    writeFileSync(handle, data);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Writes a small file whole, without waiting for the disk: for what can be made anew. */
export function writeWhole(path: string, data: string | Uint8Array, mode = 0o644): void {
  const temporary = besides(path);
  writeFileSync(temporary, data, { mode, flag: 'wx' });
  renameSync(temporary, path);
}

/** The text of a file, or null when it isn't there. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** True for an error that says that the file, or a folder on the way to it, isn't there. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}

/** True for a system error with that code, such as `EEXIST`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
