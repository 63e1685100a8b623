import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';

/**
 * How an answer ends, watched from before its head comes: where head, trailers and end arrive in one piece, an answer with an empty
 * body is over before anybody has been told of its head.
 */
export class AnswerEnd {
  /** Settles when the body has ended; empty when it was cut. */
  readonly trailers: Promise<IncomingHttpHeaders>;
  readonly #stream: ClientHttp2Stream;
  #ended = false;
  #hasTrailers = false;

  constructor(stream: ClientHttp2Stream) {
    this.#stream = stream;
    stream.once('end', () => (this.#ended = true));
    this.trailers = new Promise((resolve) => {
      stream.once('trailers', (trailers) => {
        this.#hasTrailers = true;
        resolve(trailers);
      });
      stream.once('close', () => resolve({}));
    });
  }

  /** The other end ended it, or a link that died did so, which is as clean. */
  get isClean(): boolean {
    return this.#ended && this.#stream.rstCode === constants.NGHTTP2_NO_ERROR;
  }

  get hasTrailers(): boolean {
    return this.#hasTrailers;
  }
}
