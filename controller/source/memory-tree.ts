import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Manifest } from '#protocol';
import type { Tree } from './tree.ts';

/** A tree of a few small files that are on no disk. Paths to contents. */
export function treeInMemory(files: ReadonlyMap<string, Buffer>): Tree {
  const contents = new Map([...files.values()].map((bytes) => [sha256(bytes), bytes]));
  const entries = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, bytes]) => ({
      kind: 'file' as const,
      path,
      size: bytes.length,
      executable: false,
      blob: sha256(bytes),
    }));
  const manifest: Manifest = { version: 1, entries };
  const json = Buffer.from(JSON.stringify(manifest));
  const hash = sha256(json);
  contents.set(hash, json);
  const read = (blob: string): Buffer => {
    const bytes = contents.get(blob);
    if (bytes === undefined) throw new Error(`No blob ${blob} in the tree ${hash}`);
    return bytes;
  };
  return {
    manifest,
    hash,
    digest: null,
    bytes: entries.reduce((sum, { size }) => sum + size, 0),
    blobs: new Map([...contents].map(([blob, bytes]) => [blob, bytes.length])),
    open: (blob, from) => Readable.from([read(blob).subarray(from)], { objectMode: false }),
    read,
  };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
