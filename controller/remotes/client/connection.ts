import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import { API, ErrorBody, UserError } from '#protocol';

/** HTTP/2's own windows of 64 KiB would hold a stream to that much a round trip. Bytes. */
const STREAM_WINDOW = 4 << 20;
const SESSION_WINDOW = 64 << 20;

/** The wire died: not the host's word on anything. What met it may be sent again. */
export class LinkDied extends Error {
  override readonly name = 'LinkDied';
}

export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD';
  /** Below /v1, with its query. */
  readonly path: string;
  readonly json?: unknown;
  readonly body?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the answer's head; none for what is as long as a person waits. */
  readonly deadlineMs?: number;
}

export interface Answer {
  readonly headers: IncomingHttpHeaders;
  /** Ends when the host ended it, and is destroyed with an error when it was cut. Destroying it cancels the request. */
  readonly body: Readable;
  /** Resolves with the trailers when the body has ended; empty ones when the stream was cut. */
  readonly trailers: Promise<IncomingHttpHeaders>;
}

/** HTTP/2 over one byte pipe to an agent. It has one life; the link above makes the next one. */
export class Connection {
  readonly closed: Promise<string>;
  readonly #session: ClientHttp2Session;

  constructor(pipe: Duplex) {
    this.#session = connect('http://agent', {
      createConnection: () => pipe,
      settings: { initialWindowSize: STREAM_WINDOW, enablePush: false },
      maxSessionMemory: 256,
    });
    this.#session.once('connect', () => this.#session.setLocalWindowSize(SESSION_WINDOW));
    this.closed = new Promise((resolve) => {
      let reason = 'the connection ended';
      const note = (error: Error) => (reason = error.message);
      this.#session.on('error', note);
      pipe.on('error', note);
      this.#session.once('close', () => resolve(reason));
      pipe.once('close', () => this.#session.destroy());
    });
  }

  get alive(): boolean {
    return !this.#session.destroyed && !this.#session.closed;
  }

  /** Throws LinkDied when the wire dies, the agent's UserError when it refuses, the signal's reason when it aborts. */
  async call(call: Call): Promise<Answer> {
    call.signal?.throwIfAborted();
    if (!this.alive) throw new LinkDied('the connection ended');
    const stream = this.#session.request(
      {
        ':method': call.method,
        ':path': `${API}${call.path}`,
        ...(call.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...call.headers,
      },
      { endStream: call.json === undefined && call.body === undefined },
    );
    // Two pipelines and the promises below listen to it.
    stream.setMaxListeners(30);
    const abort = () => stream.close(constants.NGHTTP2_CANCEL);
    call.signal?.addEventListener('abort', abort, { once: true });
    stream.once('close', () => call.signal?.removeEventListener('abort', abort));
    const trailers = new Promise<IncomingHttpHeaders>((resolve) => {
      stream.once('trailers', resolve);
      stream.once('close', () => resolve({}));
    });
    const head = answerHead(stream, call);
    // Node throws away what nobody reads of a stream that has closed, so reading begins before the answer does.
    const body = new PassThrough();
    pipeline(stream, body).catch(() => stream.close(constants.NGHTTP2_CANCEL));
    if (call.json !== undefined) stream.end(JSON.stringify(call.json));
    // An upload that fails is told by the answer, or by the stream's end.
    if (call.body) pipeline(call.body, stream).catch(() => stream.close(constants.NGHTTP2_CANCEL));
    const headers = await head;
    if (Number(headers[':status']) >= 400 && call.method !== 'HEAD') throw await refusal(body, headers);
    return { headers, body, trailers };
  }

  async ping(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      if (!this.alive) return reject(new LinkDied('the connection ended'));
      this.#session.ping((error) => (error ? reject(new LinkDied(error.message)) : resolve()));
    });
  }

  destroy(): void {
    this.#session.destroy();
  }
}

async function answerHead(
  stream: ClientHttp2Stream,
  { signal, deadlineMs }: Call,
): Promise<IncomingHttpHeaders> {
  return new Promise((resolve, reject) => {
    let reason = 'the connection ended';
    const timer =
      deadlineMs === undefined
        ? undefined
        : setTimeout(() => {
            reason = `no answer for ${deadlineMs / 1000} s`;
            stream.close(constants.NGHTTP2_CANCEL);
          }, deadlineMs);
    stream.once('response', (headers) => {
      clearTimeout(timer);
      resolve(headers);
    });
    stream.on('error', (error) => (reason = error.message));
    stream.once('close', () => {
      clearTimeout(timer);
      reject(signal?.aborted ? abortReason(signal) : new LinkDied(reason));
    });
  });
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
}

async function refusal(body: Readable, headers: IncomingHttpHeaders): Promise<Error> {
  const text = await readText(body);
  const said = v.safeParse(v.pipe(v.string(), v.parseJson(), ErrorBody), text);
  if (said.success) return new UserError(said.output);
  return new Error(`The agent answered ${String(headers[':status'])}: ${text.slice(0, 200)}`);
}

/** The whole body as text. Throws LinkDied when it was cut. */
export async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    throw new LinkDied(error instanceof Error ? error.message : String(error));
  }
  return Buffer.concat(chunks).toString('utf8');
}
