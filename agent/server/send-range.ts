import type { TransformOptions } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { END_TRAILER, LENGTH_HEADER } from '#protocol';
import { flag, type Request } from './request.ts';
import { sendBytes } from './respond.ts';

/** So much at once is worth compressing; less is there sooner as it is. Bytes. */
const FLOOD = 1 << 18;
/** Compressed bytes that are sent at once. */
const PIECE = 1 << 16;

export interface Range {
  readonly from: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The file's bytes by now. */
  readonly size: number;
  /** Asked when all bytes were sent: `final` when no more will ever follow, `now` when that is all there is so far. */
  readonly end: () => 'final' | 'now';
  /** The reader asks again after an end of `now`: it may be told so before all bytes were sent. */
  readonly goesOn: boolean;
  /** What is sent for bytes at an offset of the file, where that isn't they alone. */
  readonly frame?: (bytes: Uint8Array, at: number) => Iterable<Uint8Array>;
}

/**
 * Sends a file's bytes from an offset on. The trailers say what the end was and how long the file is by then, so that a reader
 * never takes a cut for an end, nor misses a byte unseen.
 *
 * A reader that takes zstd gets a flood compressed: text is a fifth of its size then, and neither wire nor cipher hold it up. Where what
 * began as a trickle becomes a flood, the answer ends, and the next one, which says `flood`, is compressed.
 */
export async function sendRange({ stream, signal, headers, query }: Request, range: Range): Promise<void> {
  const { from, chunks, size, end, goesOn, frame } = range;
  const mayCompress = headers['accept-encoding'] === 'zstd' && typeof zlib.createZstdCompress === 'function';
  const compresses = mayCompress && (size - from >= FLOOD || flag(query, 'flood'));
  const most = mayCompress && !compresses && goesOn ? FLOOD : Infinity;
  let length = from;
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/octet-stream',
      ...(compresses ? { 'content-encoding': 'zstd' } : {}),
    },
    { waitForTrailers: true },
  );
  stream.once('wantTrailers', () =>
    stream.sendTrailers({
      [END_TRAILER]: length - from >= most ? 'now' : end(),
      [LENGTH_HEADER]: String(length),
    }),
  );
  const counted = async function* () {
    for await (const chunk of chunks) {
      const at = length;
      length += chunk.length;
      if (frame === undefined) yield chunk;
      else yield* frame(chunk, at);
      if (length - from >= most) return;
    }
  };
  const send = (bytes: AsyncIterable<Uint8Array>) => sendBytes(stream, bytes, signal);
  if (compresses) await pipeline(counted, flushedZstd(), send);
  else await send(counted());
  if (!signal.aborted) stream.end();
}

/** Compresses fast, and gives what it was given without waiting for more. */
function flushedZstd(): zlib.ZstdCompress {
  const options: zlib.ZstdOptions & Pick<TransformOptions, 'writableHighWaterMark'> = {
    params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 },
    flush: zlib.constants.ZSTD_e_flush,
    chunkSize: PIECE,
    // The next bytes are read while these are compressed.
    writableHighWaterMark: FLOOD + 1,
  };
  return zlib.createZstdCompress(options);
}
