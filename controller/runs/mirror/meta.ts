import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, type Header } from 'tar-stream';
import { assertSafePath, UserError } from '#protocol';
import type { TreeWriter } from './tree-writer.ts';

/** No attribute, receipt or events file comes near; what a hostile host can make us store is bounded. Bytes, and files. */
const MOST_BYTES = 1 << 30;
const MOST_FILES = 100_000;

/** Files that are this side's own, or of the other's moment. */
const OURS = /^\.guild\/(output|output\.index|LOCK|LOCK\.remote|ENV|sortie\/.*)$/;
/** What a host may take away again: the marks of waiting, and any attribute. */
const MARKERS = ['.guild/PENDING', '.guild/STAGED'];

/** Lays a host's `.guild/` over a mirror's: what came is written, attributes and marks that didn't come are removed. */
export async function writeMeta(tar: Readable, into: TreeWriter): Promise<void> {
  const written = new Set<string>();
  let bytes = 0;
  for await (const entry of entriesOf(tar)) {
    const path = entry.header.name.replace(/\/$/, '');
    bytes += entry.header.size ?? 0;
    if (bytes > MOST_BYTES || written.size >= MOST_FILES) throw tooMuch();
    if (!isWanted(entry.header, path)) {
      entry.resume();
      continue;
    }
    await into.write(path, await buffer(entry));
    written.add(path);
  }
  for (const path of [...MARKERS, ...attributesOf(into.root)]) if (!written.has(path)) into.remove(path);
}

/** The entries of a tar that may end before it is whole. */
function entriesOf(tar: Readable): ReturnType<typeof extract> {
  const entries = extract();
  let ended = false;
  tar.on('end', () => (ended = true));
  tar.on('error', (error) => entries.destroy(error));
  tar.on('close', () => {
    if (!ended) entries.destroy(new Error('The record was cut'));
  });
  entries.on('close', () => tar.destroy());
  tar.pipe(entries);
  return entries;
}

/** Only regular files of `.guild/`: a copy of a record needs no links. Throws UserError `unsafe-path`. */
function isWanted(header: Header, path: string): boolean {
  assertSafePath(path);
  return header.type === 'file' && path.startsWith('.guild/') && !OURS.test(path);
}

/** Hidden ones are being written by whoever edits the run, and are no attributes yet. */
function attributesOf(root: string): string[] {
  try {
    const names = readdirSync(join(root, '.guild/attrs')).filter((name) => !name.startsWith('.'));
    return names.map((name) => `.guild/attrs/${name}`);
  } catch {
    return [];
  }
}

function tooMuch(): UserError {
  return new UserError({
    code: 'unsafe-path',
    message: `the run's record is over the limit of ${MOST_BYTES} bytes or ${MOST_FILES} files`,
    hint: 'Look at its .guild directory on the host.',
  });
}
