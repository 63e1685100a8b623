import { createReadStream, lstatSync, readdirSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { join, sep } from 'node:path';
import { Readable } from 'node:stream';
import { UserError, type FileListing } from '#protocol';
import { isMissing } from '../home/index.ts';

function noSuchFile(path: string): UserError {
  return new UserError({
    code: 'no-such-file',
    message: `The run has no file '${path}'`,
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
  for (const name of readdirSync(join(dir, under)).sort()) {
    const path = under === '' ? name : `${under}/${name}`;
    if (path === '.guild' || path === PRIVATE) continue;
    const full = join(dir, path);
    // A run goes on writing while it is listed: what has gone since is left out.
    const stat = lstatSync(full, { throwIfNoEntry: false });
    const listing = stat === undefined ? null : listingOf(full, path, stat);
    if (listing === null) continue;
    found.push(listing);
    if (listing.kind === 'directory') walk(dir, path, found);
  }
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

/** A regular file's bytes from an offset on, as far as it goes now. Throws `no-such-file`, and `bad-request` beyond its end. */
export function openFile(dir: string, path: string, from: number): OpenFile {
  const { full, stat } = inside(dir, path);
  if (!stat.isFile()) throw noSuchFile(path);
  if (from > stat.size)
    throw new UserError({
      code: 'bad-request',
      message: `Expected an offset of at most ${stat.size}, the length of '${path}', got ${from}`,
    });
  const { size } = stat;
  const chunks =
    from === size
      ? Readable.from([])
      : createReadStream(full, { start: from, end: size - 1, highWaterMark: 1 << 18 });
  return { size, chunks };
}
