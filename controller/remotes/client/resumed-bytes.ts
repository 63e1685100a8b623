import { END_TRAILER, LENGTH_HEADER, unframed, UserError, type OutputPiece } from '#protocol';
import type { Answer } from './answer.ts';
import type { Connection } from './connection.ts';
import { Cuts } from './cuts.ts';
import type { Link } from './link.ts';
import { AnswerCut, LinkDied } from './wire-errors.ts';

export interface ByteStream {
  /** What the bytes are, with the host's name: `gpu-box: output of 3f9a2c1d`. */
  readonly what: string;
  /** The path and query that give the bytes from an offset on. */
  readonly path: (from: number) => string;
  readonly from: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether an answer that has ended, with all up to `offset` received, is the end. Throws when it contradicts that. */
  readonly isEnd: (answer: Answer, offset: number) => Promise<boolean>;
}

/**
 * Bytes of a file on the host from an offset on, over as many links as it takes: each next request begins where the last byte
 * received ends. Silence is never an end, and a host that contradicts what was received is an error, never a gap.
 */
export function resumedBytes(link: Link, stream: ByteStream): AsyncGenerator<Uint8Array, void, void> {
  return resumed(link, stream, { read: (answer) => answer.chunks(), length: (chunk) => chunk.length });
}

/** The same of output whose answers are framed: in pieces, of which offsets count the bytes alone. */
export function resumedPieces(link: Link, stream: ByteStream): AsyncGenerator<OutputPiece, void, void> {
  return resumed(link, stream, {
    read: (answer) => unframed(answer.chunks()),
    length: ({ bytes }) => bytes.length,
  });
}

interface Reading<T> {
  readonly read: (answer: Answer) => AsyncIterable<T>;
  /** Bytes of the file. */
  readonly length: (item: T) => number;
}

async function* resumed<T>(
  link: Link,
  { path, from, signal, isEnd }: ByteStream,
  { read, length }: Reading<T>,
): AsyncGenerator<T, void, void> {
  let offset = from;
  // An answer that ended where more is to come was too short for a flood.
  let flood = '';
  const cuts = new Cuts();
  for (;;) {
    const before = offset;
    let on: Connection | undefined;
    const answer = await link.retrying(signal, async (connection) => {
      on = connection;
      return connection.call({ method: 'GET', path: `${path(offset)}${flood}`, signal });
    });
    try {
      for await (const item of read(answer)) {
        offset += length(item);
        yield item;
      }
      if (await isEnd(answer, offset)) return;
      flood = '&flood=1';
    } catch (error) {
      // What was received is kept, and the rest is asked for again.
      if (error instanceof AnswerCut) {
        cuts.brought(offset - before);
        await link.afterCut(cuts.another(on), error, signal);
      } else if (!(error instanceof LinkDied)) throw error;
    } finally {
      answer.cancel();
    }
  }
}

/** The end of a file, by its trailers: `final` always, `now` where nobody waits for a run's end. Without trailers it was a cut. */
export function rangeEnd(what: string, follow: boolean): ByteStream['isEnd'] {
  return async ({ trailers }, offset) => {
    const { [END_TRAILER]: end, [LENGTH_HEADER]: length } = await trailers;
    if (end !== 'final' && end !== 'now') throw new AnswerCut('the answer had no trailers');
    if (Number(length) !== offset) throw gap(what, String(length), offset);
    return end === 'final' || !follow;
  };
}

function gap(what: string, length: string, offset: number): UserError {
  return new UserError({
    code: 'output-gap',
    message: `${what} has ${length} bytes on the host, but ${offset} were received`,
    hint: 'Fetch it again from the start; it changed on the host.',
  });
}
