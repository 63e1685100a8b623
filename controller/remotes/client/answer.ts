import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';

/** A listing of 100,000 runs with their attributes is smaller. Bytes. */
const MAX_BODY = 1 << 30;

/** What an answer needs to know of the connection that it comes over. */
export interface AnswerSource {
  /** The error that says why a stream ended before its end. */
  readonly why: (stream: ClientHttp2Stream) => Promise<Error>;
  /** Takes the whole link for dead. */
  readonly condemn: (reason: string) => void;
}

/** The head of an agent's answer, and its body as it comes. */
export class Answer {
  readonly headers: IncomingHttpHeaders;
  /** Settles when the body has ended; empty when it was cut. */
  readonly trailers: Promise<IncomingHttpHeaders>;
  readonly condemn: (reason: string) => void;
  readonly #stream: ClientHttp2Stream;
  readonly #why: AnswerSource['why'];
  #ended = false;

  constructor(stream: ClientHttp2Stream, headers: IncomingHttpHeaders, { why, condemn }: AnswerSource) {
    this.#stream = stream;
    this.headers = headers;
    this.condemn = condemn;
    this.#why = why;
    stream.once('end', () => (this.#ended = true));
    this.trailers = new Promise((resolve) => {
      stream.once('trailers', resolve);
      stream.once('close', () => resolve({}));
    });
  }

  /**
   * The body's bytes, no faster than they are taken. Ends only where the agent ended it; throws LinkDied or AnswerCut for a cut, the
   * signal's reason after an abort.
   */
  async *chunks(): AsyncGenerator<Buffer, void, void> {
    try {
      for await (const chunk of this.#stream as AsyncIterable<Buffer>) yield chunk;
    } catch {
      // Node's iterator takes a stream that ended and closed in one go for one that was cut; its end tells the truth.
    }
    const isWhole = this.#ended && this.#stream.rstCode === constants.NGHTTP2_NO_ERROR;
    if (!isWhole) throw await this.#why(this.#stream);
  }

  /** The whole body. Throws as `chunks` does, and where it is larger than `limit` bytes. */
  async bytes(limit = MAX_BODY): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.chunks()) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) throw new Error(`Expected an answer of at most ${limit} bytes from the agent`);
    }
    return Buffer.concat(chunks);
  }

  /** Lets go of what is still to come. Harmless once the body has ended. */
  readonly cancel = (): void => cancelStream(this.#stream);
}

/** Ends a stream here and now, whether or not the peer can still hear of it. */
export function cancelStream(stream: ClientHttp2Stream): void {
  if (stream.destroyed) return;
  stream.close(constants.NGHTTP2_CANCEL);
  // Closing alone waits until the reset has been written, which a dead link never does.
  stream.destroy();
}
