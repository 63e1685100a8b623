import { END_TRAILER, LENGTH_HEADER } from '#protocol';
import type { Request } from './request.ts';
import { sendBytes } from './respond.ts';

export interface Range {
  readonly from: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Asked when all bytes were sent: `final` when no more will ever follow, `now` when that is all there is so far. */
  readonly end: () => 'final' | 'now';
}

/**
 * Sends a file's bytes from an offset on. The trailers say what the end was and how long the file is by then, so that a reader
 * never takes a cut for an end, nor misses a byte unseen.
 */
export async function sendRange({ stream, signal }: Request, { from, chunks, end }: Range): Promise<void> {
  let length = from;
  stream.respond({ ':status': 200, 'content-type': 'application/octet-stream' }, { waitForTrailers: true });
  stream.once('wantTrailers', () =>
    stream.sendTrailers({ [END_TRAILER]: end(), [LENGTH_HEADER]: String(length) }),
  );
  const counted = async function* () {
    for await (const chunk of chunks) {
      length += chunk.length;
      yield chunk;
    }
  };
  await sendBytes(stream, counted(), signal);
  if (!signal.aborted) stream.end();
}
