import { randomUUID } from 'node:crypto';
import { constants, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '#files';
import { assertSafePath, UserError } from '#protocol';

/**
 * Where a file is until it is whole: beside the others it would be one of them, as for another command that copies the same run and
 * removes what the host doesn't have.
 */
const NEW = '.guild/sortie/new';

/**
 * Writes below one directory what another machine sent. Every path is checked, no link is ever followed, and a file appears
 * whole under its name.
 */
export class TreeWriter {
  readonly root: string;
  readonly #made = new Set<string>();

  constructor(root: string) {
    this.root = root;
    makeFolder(root, 0o700);
  }

  /** Makes a directory and those above it. Throws UserError `unsafe-path` when something else, a link say, is in the way. */
  directory(path: string): void {
    if (path === '.' || this.#made.has(path)) return;
    assertSafePath(path);
    this.directory(dirname(path));
    const full = join(this.root, path);
    const there = lstatSync(full, { throwIfNoEntry: false });
    if (there === undefined) makeDirectory(full);
    else if (!there.isDirectory()) throw inTheWay(path);
    this.#made.add(path);
  }

  /** Opens a file to read and write at positions, made when it isn't there. */
  async open(path: string): Promise<FileHandle> {
    this.directory(dirname(path));
    assertSafePath(path);
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
    try {
      return await open(join(this.root, path), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
    } catch (error) {
      if (hasCode(error, 'ELOOP') || hasCode(error, 'EISDIR')) throw inTheWay(path);
      throw error;
    }
  }

  /** Puts a small file in its place, replacing what file or link was there. */
  async write(path: string, bytes: string | Uint8Array): Promise<void> {
    const temporary = `${NEW}/${randomUUID()}`;
    const file = await this.open(temporary);
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    this.rename(temporary, path);
  }

  /** Both are paths below the root. */
  rename(from: string, to: string): void {
    this.directory(dirname(to));
    assertSafePath(to);
    if (lstatSync(join(this.root, to), { throwIfNoEntry: false })?.isDirectory() === true) throw inTheWay(to);
    renameSync(join(this.root, from), join(this.root, to));
  }

  /** Makes a link, or makes it anew; its target was checked before. */
  link(path: string, target: string): void {
    this.directory(dirname(path));
    assertSafePath(path);
    const full = join(this.root, path);
    const there = lstatSync(full, { throwIfNoEntry: false });
    if (there !== undefined && !there.isSymbolicLink()) throw inTheWay(path);
    rmSync(full, { force: true });
    symlinkSync(target, full);
  }

  /** Removes a file or link, if it is there. */
  remove(path: string): void {
    assertSafePath(path);
    rmSync(join(this.root, path), { force: true });
  }
}

/** Another command that copies the same run may make it first. */
function makeDirectory(full: string): void {
  try {
    mkdirSync(full, { mode: 0o700 });
  } catch (error) {
    if (!hasCode(error, 'EEXIST') || !lstatSync(full).isDirectory()) throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function inTheWay(path: string): UserError {
  return new UserError({
    code: 'unsafe-path',
    message: `something else is in the way of ${JSON.stringify(path)}`,
    hint: 'Move it away, or delete the local copy of the run and pull it again.',
  });
}
