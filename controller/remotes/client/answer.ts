import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { AnswerEnd } from './answer-end.ts';
import { badAnswer } from './bad-answer.ts';
import { gathered } from './gathered.ts';

/** A listing of 100,000 runs with their attributes is smaller, and what is read of it fits in memory some times over. Bytes. */
const MAX_BODY = 128 << 20;

/** What an answer needs to know of the connection that it comes over. */
export interface AnswerSource {
  /** The host as the user named it. */
  readonly host: string;
  /** What was asked, such as `GET /host`. */
  readonly what: string;
  readonly end: AnswerEnd;
  /** The error that says why a stream ended before its end. */
  readonly why: (stream: ClientHttp2Stream) => Promise<Error>;
  /** Whether the connection is still there now that a stream of it has ended. */
  readonly outlived: () => Promise<boolean>;
  /** Takes the whole link for dead. */
  readonly condemn: (reason: string) => void;
}

/** The head of an agent's answer, and its body as it comes. */
export class Answer {
  readonly headers: IncomingHttpHeaders;
  /** Settles when the body has ended; empty when it was cut. */
  readonly trailers: Promise<IncomingHttpHeaders>;
  readonly condemn: (reason: string) => void;
  readonly host: string;
  readonly #stream: ClientHttp2Stream;
  readonly #source: AnswerSource;

  constructor(stream: ClientHttp2Stream, headers: IncomingHttpHeaders, source: AnswerSource) {
    this.#stream = stream;
    this.headers = headers;
    this.condemn = source.condemn;
    this.host = source.host;
    this.#source = source;
    this.trailers = source.end.trailers;
  }

  /**
   * The body's bytes, no faster than they are taken. Ends only where the agent ended it; throws LinkDied or AnswerCut for a cut, the
   * signal's reason after an abort.
   */
  async *chunks(): AsyncGenerator<Buffer, void, void> {
    let size = 0;
    for await (const chunk of await this.#plain()) {
      size += chunk.length;
      yield chunk;
    }
    if (!(await this.#isWhole(size))) throw await this.#source.why(this.#stream);
  }

  /** The body's bytes as they were before the agent sent them. What can undo that is loaded only where it is needed. */
  async #plain(): Promise<AsyncIterable<Buffer>> {
    const sent = gathered(this.#stream);
    if (this.headers['content-encoding'] !== 'zstd') return sent;
    const { inflated } = await import('./inflated.ts');
    return inflated(sent);
  }

  /** A link that dies ends its streams as cleanly as the agent does: an end is believed by its length or trailers, or if the link outlives it. */
  async #isWhole(size: number): Promise<boolean> {
    const { end, outlived } = this.#source;
    if (!end.isClean) return false;
    return end.hasTrailers || Number(this.headers['content-length']) === size || outlived();
  }

  /** The whole body. Throws as `chunks` does, and `bad-answer` where it is larger than `limit` bytes. */
  async bytes(limit = MAX_BODY): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    if (Number(this.headers['content-length']) > limit) throw this.#tooLong(limit);
    for await (const chunk of this.chunks()) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) throw this.#tooLong(limit);
    }
    return Buffer.concat(chunks);
  }

  #tooLong(limit: number): Error {
    this.cancel();
    return badAnswer(this.#source.host, this.#source.what, `it is longer than ${limit} bytes`);
  }

  /** Lets go of what is still to come. Harmless once the body has ended. */
  readonly cancel = (): void => cancelStream(this.#stream);
}

/**
 * Ends a stream here and now, whether or not the peer can still hear of it. Never by `close`: that waits until all is written, which a
 * dead link never does, and followed by `destroy` it makes Node (26.10) write the rest of an upload for ever, in a loop that nothing ends. Nor
 * without an error: that would read as an end of the answer.
 */
export function cancelStream(stream: ClientHttp2Stream): void {
  stream.destroy(new Error('cancelled'));
}
