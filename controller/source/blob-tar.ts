import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { pack } from 'tar-stream';
import type { Sha256 } from '#protocol';
import type { Tree } from './tree.ts';

/** Blobs up to this size are read at once. Bytes. */
const AT_ONCE = 1 << 20;
/** Compresses text about as well as gzip does, at the speed of a fast network. */
const ZSTD_LEVEL = 1;

export interface BlobTar {
  readonly blobs: readonly Sha256[];
  readonly zstd: boolean;
  /** Bytes of content that went into the tar since the last call. */
  readonly onBytes: (count: number) => void;
  /** Why the tar could not be finished: its stream is destroyed with the same error. */
  readonly onError: (error: Error) => void;
}

/** True where this Node can compress with zstd. */
export function canZstd(): boolean {
  return typeof zlib.createZstdCompress === 'function';
}

/** A tar of a tree's blobs in the order given, entries named by their hash. */
export function blobTar(tree: Pick<Tree, 'blobs' | 'open' | 'read'>, options: BlobTar): Readable {
  const tar = pack();
  const end = options.zstd ? compressed(tar) : (tar as unknown as Readable);
  fill(tar, tree, options).catch((error: unknown) => {
    const reason = error instanceof Error ? error : new Error(String(error));
    // A reader that went away is told of by whoever reads.
    if (!end.destroyed) options.onError(reason);
    end.destroy(reason);
  });
  return end;
}

type TarPack = ReturnType<typeof pack>;

function compressed(tar: TarPack): Readable {
  const zstd = zlib.createZstdCompress({
    params: { [zlib.constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL },
  });
  tar.on('error', (error) => zstd.destroy(error));
  zstd.on('close', () => tar.destroy());
  return (tar as unknown as Readable).pipe(zstd);
}

async function fill(
  tar: TarPack,
  tree: Pick<Tree, 'blobs' | 'open' | 'read'>,
  { blobs, onBytes }: BlobTar,
): Promise<void> {
  for (const blob of blobs) {
    const size = tree.blobs.get(blob) ?? 0;
    if (size <= AT_ONCE) await addWhole(tar, blob, tree.read(blob));
    else await pipeline(tree.open(blob, 0), tar.entry({ name: blob, size }));
    onBytes(size);
  }
  tar.finalize();
}

/** Waits until the bytes were taken, so that not all of a tree is held in memory. */
async function addWhole(tar: TarPack, name: string, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const entry = tar.entry({ name, size: bytes.length }, (error) => {
      if (error) reject(error);
      else resolve();
    });
    // Where the reader goes away with an error, the entry has it too, and it must have a listener there.
    entry.on('error', reject);
    entry.end(bytes);
  });
}
