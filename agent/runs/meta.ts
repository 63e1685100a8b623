import { createReadStream, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { EVENT_FILES, isLargeEvents } from '#protocol';

/** Left out of a run's record, besides large event files: output has a route of its own, its index grows with it and is read as a file, secrets are nobody's business, and the rest is of this host and moment. */
const LEFT_OUT = new Set([
  '.guild/output',
  '.guild/output.index',
  '.guild/sortie/secrets.json',
  '.guild/sortie/streams',
  '.guild/LOCK',
  '.guild/ENV',
]);

/** What a program writes to until it is in the output. */
const UNJOINED = /^\.guild\/sortie\/attempts\/\d+\/std(?:out|err)$/;

async function add(tar: Pack, dir: string, path: string): Promise<void> {
  const full = join(dir, path);
  const stat = lstatSync(full, { throwIfNoEntry: false });
  if (stat === undefined || LEFT_OUT.has(path) || UNJOINED.test(path) || path.endsWith('.tmp')) return;
  if (path.startsWith(EVENT_FILES) && isLargeEvents(stat.size)) return;
  const common = { name: path, mtime: stat.mtime, mode: stat.mode & 0o777 };
  if (stat.isDirectory()) {
    tar.entry({ ...common, type: 'directory' });
    for (const name of readdirSync(full).sort()) await add(tar, dir, `${path}/${name}`);
  } else if (stat.isSymbolicLink()) tar.entry({ ...common, type: 'symlink', linkname: readlinkSync(full) });
  else if (stat.isFile() && stat.size === 0) tar.entry({ ...common, size: 0 }, '');
  else if (stat.isFile())
    // The size said is the size sent, though events files grow meanwhile.
    await pipeline(createReadStream(full, { end: stat.size - 1 }), tar.entry({ ...common, size: stat.size }));
}

/** A tar of a run's `.guild/` without the files that grow all through a run: what a mirror is made of. */
export function packMeta(dir: string): AsyncIterable<Uint8Array> {
  const tar = pack();
  add(tar, dir, '.guild').then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return tar as unknown as AsyncIterable<Uint8Array>;
}
