import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#files';
import { UserError, type Sha256 } from '#protocol';
import { besides, fault } from '../home/index.ts';

/** Blobs up to this size are written in one go, without a stream's turns of the event loop. Bytes. */
export const SMALL_BLOB = 1 << 20;

export function mismatch(blob: Sha256, got: string): UserError {
  return new UserError({
    code: 'blob-mismatch',
    message: `expected content with the SHA-256 ${blob}, got ${got}`,
    hint: 'Try again; the file changed while it was sent, or was corrupted in transit.',
  });
}

async function hashOf(path: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  if (size <= SMALL_BLOB) return hash.update(readFileSync(path)).digest('hex');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * File contents named by their SHA-256, at ab/<sha256>. A blob is written beside its place, checked, and renamed, so that what
 * has a blob's name was believed once. It is not synced to disk: a power cut may leave a name with other bytes. So each process checks
 * a blob before it first uses it, and what isn't sound is sent again.
 */
export class BlobStore {
  readonly #root: string;
  readonly #made = new Set<string>();
  /** Blobs that were checked by this process, by name, with the inode that they had. */
  readonly #sound = new Map<Sha256, number>();

  constructor(root: string) {
    this.#root = root;
  }

  pathOf(blob: Sha256): string {
    return join(this.#root, blob.slice(0, 2), blob);
  }

  /** Where a large blob grows until it is whole. */
  partialPath(blob: Sha256): string {
    this.#ensure('partial');
    return join(this.#root, 'partial', blob);
  }

  /** The size of a blob, or null when it isn't here. */
  size(blob: Sha256): number | null {
    return statSync(this.pathOf(blob), { throwIfNoEntry: false })?.size ?? null;
  }

  /** Whether a blob is here and has the content of its name. One that hasn't is forgotten. */
  async isSound(blob: Sha256, size: number): Promise<boolean> {
    const stat = statSync(this.pathOf(blob), { throwIfNoEntry: false });
    if (stat === undefined) return false;
    if (this.#sound.get(blob) === stat.ino && stat.size === size) return true;
    if (stat.size === size && (await hashOf(this.pathOf(blob), size)) === blob) {
      this.#sound.set(blob, stat.ino);
      return true;
    }
    this.drop(blob);
    return false;
  }

  missing(blobs: readonly Sha256[]): Sha256[] {
    return blobs.filter((blob) => !existsSync(this.pathOf(blob)));
  }

  /** Stores a small blob. Throws `blob-mismatch` when the bytes are not those of its name. */
  put(blob: Sha256, bytes: Uint8Array): void {
    const got = createHash('sha256').update(bytes).digest('hex');
    if (got !== blob) throw mismatch(blob, got);
    const path = this.#place(blob);
    const temporary = besides(path);
    const handle = openSync(temporary, 'wx', 0o644);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
    this.#sound.set(blob, statSync(path).ino);
  }

  /** Stores a blob of any size from its chunks. Throws `blob-mismatch` as `put` does; nothing is left behind then. */
  async putStream(blob: Sha256, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#place(blob);
    const temporary = besides(path);
    const hash = createHash('sha256');
    const file = await open(temporary, 'wx', 0o644);
    try {
      for await (const chunk of chunks) {
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.close();
      const got = hash.digest('hex');
      if (got !== blob) throw mismatch(blob, got);
      fault('blob-received');
      await rename(temporary, path);
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Takes a whole partial blob, already checked and synced, into the store. */
  async adopt(blob: Sha256): Promise<void> {
    await rename(this.partialPath(blob), this.#place(blob));
  }

  /** Notes that a tree was used: pruning keeps it, and all that it names. */
  touch(blob: Sha256): void {
    const now = new Date();
    utimesSync(this.pathOf(blob), now, now);
  }

  /** Forgets a blob that turned out not to be what its name says. */
  drop(blob: Sha256): void {
    rmSync(this.pathOf(blob), { force: true });
  }

  #place(blob: Sha256): string {
    this.#ensure(blob.slice(0, 2));
    return this.pathOf(blob);
  }

  #ensure(folder: string): void {
    const path = join(this.#root, folder);
    // Somebody may remove it while the agent lives.
    if (this.#made.has(folder) && existsSync(path)) return;
    makeFolder(path, 0o700);
    this.#made.add(folder);
  }
}
