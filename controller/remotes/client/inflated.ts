import { pipeline, type TransformOptions } from 'node:stream';
import zlib, { type ZstdOptions } from 'node:zlib';

/** Given at once, at most; smaller pieces cost more to write than to make. Bytes. */
const PIECE = 1 << 20;
const OPTIONS: ZstdOptions & TransformOptions = {
  chunkSize: PIECE,
  readableHighWaterMark: PIECE,
  writableHighWaterMark: PIECE,
};

/**
 * What was compressed by zstd, as it comes and no faster than it is taken: a few bytes that stand for very many cost no memory. Where
 * the compressed bytes end too early, no more is given than they held: whoever reads knows how they ended. Throws for what is no zstd.
 */
export async function* inflated(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const plain = zlib.createZstdDecompress(OPTIONS);
  // Its errors are the reader's, below.
  pipeline(compressed, plain, () => undefined);
  try {
    yield* plain as AsyncIterable<Buffer>;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR')) throw error;
  }
}
