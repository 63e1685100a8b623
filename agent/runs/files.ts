import {
  closeSync,
  createReadStream,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
} from 'node:fs';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { entriesIn } from '#files';
import { UserError, type FileListing } from '#protocol';
import { isMissing } from '../home/index.ts';

function noSuchFile(path: string): UserError {
  return new UserError({
    code: 'no-such-file',
    message: `the run has no file '${path}'`,
    hint: 'List its files with: sortie ls ID',
  });
}

/** What of a run directory nobody else may see. */
const PRIVATE = '.guild/sortie/secrets.json';

/** The absolute path of something in a run directory. Throws `no-such-file` for what isn't there, or lies elsewhere by a link. */
function inside(dir: string, path: string): { readonly full: string; readonly stat: Stats } {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (path.startsWith('/') || path.includes('\0') || parts.includes('..') || parts.join('/') === PRIVATE)
    throw noSuchFile(path);
  const full = join(dir, ...parts);
  try {
    const root = realpathSync(dir);
    const parent = realpathSync(join(full, parts.length === 0 ? '.' : '..'));
    if (parent !== root && !parent.startsWith(`${root}${sep}`)) throw noSuchFile(path);
    return { full, stat: lstatSync(full) };
  } catch (error) {
    if (isMissing(error)) throw noSuchFile(path);
    throw error;
  }
}

function listingOf(full: string, path: string, stat: Stats): FileListing | null {
  const rest = { path, size: stat.size, mtime: stat.mtimeMs };
  if (stat.isFile()) return { ...rest, kind: 'file', executable: (stat.mode & 0o100) !== 0 };
  if (stat.isDirectory()) return { ...rest, kind: 'directory', size: 0, executable: false };
  if (stat.isSymbolicLink()) return { ...rest, kind: 'link', executable: false, target: readlinkSync(full) };
  return null;
}

function walk(dir: string, under: string, found: FileListing[]): void {
  const { entries, garbled } = entriesIn(join(dir, under));
  const within = (name: string) => (under === '' ? name : `${under}/${name}`);
  for (const name of garbled) found.push(unreadable(within(name), 'its name is not UTF-8'));
  for (const { name } of entries) {
    const path = within(name);
    if (path === '.guild' || path === PRIVATE) continue;
    try {
      add(dir, path, found);
    } catch (error) {
      // A run goes on writing while it is listed: what has gone since is left out.
      if (!isMissing(error)) found.push(unreadable(path, inWords(error)));
    }
  }
}

function add(dir: string, path: string, found: FileListing[]): void {
  const full = join(dir, path);
  const listing = listingOf(full, path, lstatSync(full));
  if (listing === null) return;
  found.push(listing);
  if (listing.kind === 'directory') walk(dir, path, found);
}

function unreadable(path: string, problem: string): FileListing {
  return { path, kind: 'file', size: 0, mtime: 0, executable: false, problem };
}

/** What the system says of a path that it can't read. Throws anything else. */
function inWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = new Map([
    ['EACCES', 'permission denied'],
    ['EPERM', 'permission denied'],
    ['EIO', 'the disk has an error there'],
    ['ENAMETOOLONG', 'its path is too long'],
  ]).get(code);
  if (words !== undefined) return words;
  if (/^E[A-Z0-9]+$/.test(code)) return code;
  throw error;
}

/** Everything under a path of a run directory, folders before what is in them. `.guild` is listed only when it is asked for. */
export function listFiles(dir: string, under: string): FileListing[] {
  const { full, stat } = inside(dir, under);
  const path = under
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  const found: FileListing[] = [];
  if (stat.isDirectory()) walk(dir, path, found);
  else {
    const listing = listingOf(full, path, stat);
    if (listing !== null) found.push(listing);
  }
  return found;
}

/** A file being read: its size by now, and its bytes from an offset on. */
export interface OpenFile {
  readonly size: number;
  readonly chunks: AsyncIterable<Buffer>;
}

/** A regular file's bytes from an offset on, as far as it goes now. Throws `no-such-file`, `unreadable-file`, and `bad-request` beyond its end. */
export function openFile(dir: string, path: string, from: number): OpenFile {
  const { full, stat } = inside(dir, path);
  if (!stat.isFile()) throw noSuchFile(path);
  if (from > stat.size)
    throw new UserError({
      code: 'bad-request',
      message: `expected an offset of at most ${stat.size}, the length of '${path}', got ${from}`,
    });
  const { size } = stat;
  assertReadable(full, path, from);
  const chunks =
    from === size
      ? Readable.from([])
      : createReadStream(full, { start: from, end: size - 1, highWaterMark: 1 << 18 });
  return { size, chunks };
}

/** An error once the answer has begun would only cut it, and the reader ask for the rest for ever. */
function assertReadable(full: string, path: string, from: number): void {
  try {
    const file = openSync(full, 'r');
    try {
      readSync(file, Buffer.alloc(1), 0, 1, from);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (isMissing(error)) throw noSuchFile(path);
    throw new UserError({
      code: 'unreadable-file',
      message: `cannot read '${path}': ${inWords(error)}`,
      cause: error,
    });
  }
}
