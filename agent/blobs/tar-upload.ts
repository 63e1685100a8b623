import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import * as v from 'valibot';
import { Sha256, UserError } from '#protocol';
import { SMALL_BLOB, type BlobStore } from './store.ts';

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/**
 * Stores the entries of a tar whose names are SHA-256s, each verified before it has its name. Returns how many were stored.
 * What came before a cut or a bad entry stays stored. Throws `bad-blob-tar` and `blob-mismatch`.
 */
export async function storeTar(store: BlobStore, tar: Readable): Promise<number> {
  const entries = extract();
  // An error on either side destroys the other, so that a cut upload ends the loop below.
  tar.on('error', (error) => entries.destroy(error));
  tar.on('close', () => {
    if (!tar.readableEnded) entries.destroy(new Error('The upload was cut'));
  });
  tar.pipe(entries);
  let stored = 0;
  for await (const entry of entries) {
    const { name, type } = entry.header;
    if (type !== 'file' || !v.is(Sha256, name))
      throw new UserError({
        code: 'bad-blob-tar',
        message: `expected a file named by its SHA-256, got the ${type} '${name}'`,
      });
    if ((entry.header.size ?? 0) <= SMALL_BLOB)
      store.put(name, await collect(entry as AsyncIterable<Uint8Array>));
    else await store.putStream(name, entry as AsyncIterable<Uint8Array>);
    stored += 1;
  }
  return stored;
}
