import { lstatSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { assertSafePath, UserError } from '#protocol';

/** An attribute, the manifest or an events file is far smaller; a host that sends more is not believed. Bytes. */
const MAX_ENTRY = 256 << 20;
const MAX_ENTRIES = 10_000;

/** What belongs to the host's own life of the run, and would lie in a mirror. */
const NOT_MIRRORED = /^\.guild\/(LOCK|LOCK\.remote|output|sortie\/.*)$/;

/**
 * Writes the regular files of a tar of `.guild/` below a run directory, each whole. Nothing else is written, and nothing outside
 * `.guild/`: the tar comes from a host. Errors: `unsafe-path`, `too-large`.
 */
export async function extractMeta(tar: Readable, dir: string): Promise<void> {
  const entries = extract();
  tar.on('error', (error) => entries.destroy(error));
  tar.pipe(entries);
  let count = 0;
  for await (const entry of entries) {
    const { name, type, size } = entry.header;
    count += 1;
    if (size > MAX_ENTRY || count > MAX_ENTRIES) {
      throw new UserError({
        code: 'too-large',
        message: `the host sent ${name} of ${size} bytes, which is too large`,
      });
    }
    if (type !== 'file' || NOT_MIRRORED.test(name)) {
      entry.resume();
      continue;
    }
    assertSafePath(name);
    if (!name.startsWith('.guild/'))
      throw new UserError({ code: 'unsafe-path', message: `the host sent ${name}, which is not in .guild/` });
    writeWhole(dir, name, await buffer(entry));
  }
}

/** Through a temporary file and a rename, which replaces a link instead of following it. No folder on the way may be a link. */
function writeWhole(dir: string, name: string, bytes: Buffer): void {
  const path = join(dir, name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (let folder = dirname(path); folder.length > dir.length; folder = dirname(folder)) {
    if (!lstatSync(folder).isDirectory())
      throw new UserError({ code: 'unsafe-path', message: `${folder} is not a folder` });
  }
  writeFileSync(`${path}.part`, bytes, { mode: 0o600 });
  renameSync(`${path}.part`, path);
}
