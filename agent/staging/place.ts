import {
  constants,
  copyFileSync,
  chmodSync,
  mkdirSync,
  existsSync,
  lstatSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';

/** Files up to this size are copied on the spot; larger ones on another thread, so that the agent goes on answering. Bytes. */
const COPY_INLINE = 1 << 18;
/** The agent answers others at least this often while it lays out a tree, in ms. */
const SLICE_MS = 8;

/** Lays files into a directory: a clone where the file system can share blocks, else a copy, never a hard link, because a run may write to its own files. */
export class Placer {
  readonly #folders = new Set<string>();
  #slice = performance.now();

  folder(path: string): void {
    if (this.#folders.has(path)) return;
    mkdirSync(path, { recursive: true });
    this.#folders.add(path);
  }

  async file(
    from: string,
    to: { readonly path: string; readonly size: number; readonly executable: boolean },
  ): Promise<void> {
    this.folder(dirname(to.path));
    if (to.size <= COPY_INLINE) copyFileSync(from, to.path, constants.COPYFILE_FICLONE);
    else await copyFile(from, to.path, constants.COPYFILE_FICLONE);
    if (to.executable) chmodSync(to.path, 0o755);
    await this.#breathe();
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
