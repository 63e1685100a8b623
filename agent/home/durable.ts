import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts a folder's entries on disk, so that a rename in it outlives a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

let serial = 0;

/** A name beside `path` that nobody else uses. */
export function besides(path: string): string {
  serial += 1;
  return `${path}.${process.pid}.${serial}.tmp`;
}

/**
 * Writes a small file whole: readers see the old one or the new one, and when this resolves the new one is on disk. The waiting
 * for the disk is done aside, so that many launches wait for it together.
 */
export async function writeDurably(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  await writeSynced(besides(path), path, { data, mode });
  await syncFolder(dirname(path));
}

/** As `writeDurably`, but for a folder that is itself about to be renamed and synced. */
export async function writeSynced(
  temporary: string,
  path: string,
  { data, mode }: { readonly data: string | Uint8Array; readonly mode: number },
): Promise<void> {
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
  renameSync(temporary, path);
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
