import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Sha256 } from '#protocol';
import { changed } from './hash-file.ts';
import type { BlobSource } from './tree.ts';

const CHUNK = 1 << 18;

/**
 * A file's bytes from an offset on, exactly as many as were hashed. From the start, what is read is hashed again, so that a change
 * since is noticed here by the file's name; from further on, the host notices by the blob's.
 */
export function openContent(source: BlobSource, blob: Sha256, from: number): Readable {
  return Readable.from(checkedChunks(source, blob, from), { objectMode: false, highWaterMark: CHUNK });
}

/** A small file's bytes, which must be those that were hashed. Throws UserError `source-changed`. */
export function readContent({ absolute }: BlobSource, blob: Sha256): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(absolute);
  } catch {
    throw changed(absolute);
  }
  if (createHash('sha256').update(bytes).digest('hex') !== blob) throw changed(absolute);
  return bytes;
}

async function* checkedChunks(
  { absolute, size }: BlobSource,
  blob: Sha256,
  from: number,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const stream: AsyncIterable<Buffer> = createReadStream(absolute, { start: from, highWaterMark: CHUNK });
  let at = from;
  let held: Buffer | null = null;
  try {
    for await (const chunk of stream) {
      at += chunk.length;
      if (at > size) throw changed(absolute);
      hash.update(chunk);
      // The last chunk is given away only once all is known to be right.
      if (held !== null) yield held;
      held = chunk;
    }
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? changed(absolute) : error;
  }
  if (at !== size || (from === 0 && hash.digest('hex') !== blob)) throw changed(absolute);
  if (held !== null) yield held;
}
