import { createReadStream, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { Manifest, type Sha256 } from '#protocol';
import type { Tree } from '#controller/source';

/** A tree out of the blob store of a home: the source as it was when the batch was started, whatever the project looks like now. */
export function treeFromBlobs(home: string, hash: Sha256, digest: string | null): Tree {
  const pathOf = (blob: Sha256) => join(home, 'blobs', blob.slice(0, 2), blob);
  const manifest = v.parse(Manifest, JSON.parse(readFileSync(pathOf(hash), 'utf8')));
  const blobs = new Map<Sha256, number>();
  let bytes = 0;
  for (const entry of manifest.entries) {
    if (entry.kind !== 'file') continue;
    blobs.set(entry.blob, entry.size);
    bytes += entry.size;
  }
  blobs.set(hash, statSync(pathOf(hash)).size);
  return {
    manifest,
    hash,
    digest,
    bytes,
    blobs,
    open: (blob, from) => createReadStream(pathOf(blob), { start: from }),
    read: (blob) => readFileSync(pathOf(blob)),
  };
}
