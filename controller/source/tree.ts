import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Manifest, ManifestEntry, Sha256 } from '#protocol';
import { byPath } from './by-path.ts';
import { openContent, readContent } from './content.ts';

/** Where a blob's bytes are here. */
export interface BlobSource {
  readonly absolute: string;
  readonly size: number;
}

/** A tree that is ready to be shipped: what it consists of, and where its bytes are. */
export interface Tree {
  readonly manifest: Manifest;
  /** The SHA-256 of the manifest's JSON, which is a blob itself. */
  readonly hash: Sha256;
  /** Guild's `sourcecode_digest`; null when there are no files or none is wanted. */
  readonly digest: string | null;
  /** Of all files together. */
  readonly bytes: number;
  /** All blobs with their sizes in bytes; the manifest's is the last. */
  readonly blobs: ReadonlyMap<Sha256, number>;
  /** A blob's bytes from an offset on; fails with UserError `source-changed` when the file is no longer what was hashed. */
  open(blob: Sha256, from: number): Readable;
  /** All of a small blob at once; throws as `open` fails. */
  read(blob: Sha256): Buffer;
}

export interface TreeInit {
  readonly entries: readonly ManifestEntry[];
  readonly sources: ReadonlyMap<Sha256, BlobSource>;
}

/** A tree without its digest. */
export function makeTree({ entries, sources }: TreeInit): Omit<Tree, 'digest'> {
  const manifest: Manifest = { version: 1, entries: [...entries].sort(byPath) };
  const json = Buffer.from(JSON.stringify(manifest));
  const hash = createHash('sha256').update(json).digest('hex');
  const blobs = new Map([...sources].map(([blob, { size }]) => [blob, size]));
  blobs.set(hash, json.length);
  const sourceOf = (blob: Sha256): BlobSource => {
    const source = sources.get(blob);
    if (source === undefined) throw new Error(`No blob ${blob} in the tree ${hash}`);
    return source;
  };
  return {
    manifest,
    hash,
    bytes: entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.size : 0), 0),
    blobs,
    open: (blob, from) =>
      blob === hash
        ? Readable.from([json.subarray(from)], { objectMode: false })
        : openContent(sourceOf(blob), blob, from),
    read: (blob) => (blob === hash ? json : readContent(sourceOf(blob), blob)),
  };
}
