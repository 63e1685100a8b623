import {
  constants,
  chmodSync,
  existsSync,
  lstatSync,
  rmSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from '../home/index.ts';
import { setImmediate } from 'node:timers/promises';
import { makeFolder } from '#files';

/** Files up to this size are copied on the spot; larger ones on another thread, so that the agent goes on answering. Bytes. */
const COPY_INLINE = 1 << 18;
/** The agent answers others at least this often while it lays out a tree, in ms. */
const SLICE_MS = 8;

export interface Place {
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
  /** What is there already gives way. */
  readonly replace: boolean;
}

/** Lays files into a directory: a clone where the file system can share blocks, else a copy, never a hard link, because a run may write to its own files. */
export class Placer {
  readonly #folders = new Set<string>();
  #slice = performance.now();

  folder(path: string): void {
    if (this.#folders.has(path)) return;
    makeFolder(path);
    this.#folders.add(path);
  }

  /**
   * Copies a file to its place. Where something is already, it is replaced or left, as `replace` says. Returns the bytes of a
   * small file, which the caller may want to look at too.
   */
  async file(from: string, to: Place): Promise<Buffer | null> {
    this.folder(dirname(to.path));
    if (to.replace) rmSync(to.path, { recursive: true, force: true });
    try {
      // Three times as fast as asking the kernel to copy, for files of this size.
      if (to.size <= COPY_INLINE) {
        const bytes = readFileSync(from);
        writeFileSync(to.path, bytes, { mode: to.executable ? 0o755 : 0o644, flag: 'wx' });
        return bytes;
      }
      await copyFile(from, to.path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      if (to.executable) chmodSync(to.path, 0o755);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    } finally {
      await this.#breathe();
    }
    return null;
  }

  link(target: string, path: string): void {
    this.folder(dirname(path));
    symlinkSync(target, path);
  }

  /** True when the place is free now: with `replace`, what was there is removed. */
  clear(path: string, replace: boolean): boolean {
    if (!replace) return !occupied(path);
    rmSync(path, { recursive: true, force: true });
    return true;
  }

  async #breathe(): Promise<void> {
    if (performance.now() - this.#slice < SLICE_MS) return;
    await setImmediate();
    this.#slice = performance.now();
  }
}

function occupied(path: string): boolean {
  return existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
