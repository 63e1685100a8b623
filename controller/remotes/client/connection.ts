import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { API } from '#protocol';
import { AnswerEnd } from './answer-end.ts';
import { Answer, cancelStream } from './answer.ts';
import { Hearing } from './hearing.ts';
import { acknowledgePromptly } from './prompt-acknowledge.ts';
import { refusal } from './refusal.ts';
import { Unending } from './unending.ts';
import { AnswerCut, LinkDied } from './wire-errors.ts';

/** HTTP/2's own windows of 64 KiB would hold a stream to that much a round trip. Bytes; what one slow reader may cost in memory. */
const STREAM_WINDOW = 4 << 20;
const SESSION_WINDOW = 64 << 20;
/** What Node may keep in memory for the session, in its unit of MB: room for the windows above. */
const SESSION_MEMORY_MB = 256;
/** Between two looks at whether the peer lives, in ms. */
const LOOK_EVERY_MS = 1_000;

export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'HEAD';
  /** Below /v1, with its query. */
  readonly path: string;
  readonly json?: unknown;
  readonly body?: Readable;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the call and its answer at once, also while the peer is dead. */
  readonly signal?: AbortSignal | undefined;
}

/** How the pipe was opened: to the agent's socket, or by a command on the host that joins it. */
export type Channel = 'socket' | 'exec';

export interface ConnectionOptions {
  /** The host as the user named it, for what the agent refuses. */
  readonly host: string;
  /** `socket` unless given. */
  readonly channel?: Channel;
  /** What the pipe stands on; closed with it. */
  readonly release?: () => Promise<void>;
  /** Told at once when it ends because nothing came any more. */
  readonly onSilence?: () => void;
}

/**
 * HTTP/2 over one byte pipe to an agent. It has one life; the link above makes the next one. A peer that says nothing for 13 s is
 * taken for dead, and after this machine slept it has 3 s to show itself.
 */
export class Connection {
  /** Why it ended, once it has. Never rejects. */
  readonly closed: Promise<string>;
  readonly host: string;
  readonly channel: Channel;
  readonly #session: ClientHttp2Session;
  readonly #pipe: Duplex;
  readonly #timer: NodeJS.Timeout;
  #reason: string | undefined;
  readonly #hearing: Hearing;
  readonly #onSilence: (() => void) | undefined;
  #fellSilent = false;

  constructor(given: Duplex, { host, channel = 'socket', release, onSilence }: ConnectionOptions) {
    const pipe = given instanceof Socket ? given : new Unending(given);
    this.#pipe = pipe;
    this.host = host;
    this.channel = channel;
    this.#session = connect('http://agent', {
      createConnection: () => pipe,
      settings: { initialWindowSize: STREAM_WINDOW, enablePush: false },
      maxSessionMemory: SESSION_MEMORY_MB,
    });
    this.#session.once('connect', () => {
      if (!this.alive) return;
      this.#session.setLocalWindowSize(SESSION_WINDOW);
      if (pipe !== given && channel === 'socket') acknowledgePromptly(pipe, this.#session, SESSION_WINDOW);
    });
    this.#hearing = new Hearing(pipe);
    const ended = new Promise<void>((resolve) => {
      const note = (error: Error) => (this.#reason ??= error.message);
      this.#session.on('error', note);
      pipe.on('error', note);
      this.#session.once('close', resolve);
      pipe.once('close', resolve);
    });
    this.closed = ended.then(async () => {
      clearInterval(this.#timer);
      this.destroy();
      await release?.();
      return this.#reason ?? 'the connection ended';
    });
    this.#onSilence = onSilence;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  get alive(): boolean {
    return !this.#session.destroyed && !this.#session.closed;
  }

  /** When the peer was last heard; ms since the epoch. */
  get heard(): number {
    return this.#hearing.at;
  }

  /** Whether the agent ever said anything. */
  get spoke(): boolean {
    return this.#hearing.spoke;
  }

  /** It ended because nothing came any more: from the network, or from an agent that hangs. */
  get fellSilent(): boolean {
    return this.#fellSilent;
  }

  /** Throws LinkDied when the wire dies, the agent's UserError when it refuses, the signal's or the body's own error. */
  async call(call: Call): Promise<Answer> {
    const { signal, body, json } = call;
    if (signal?.aborted || !this.alive) {
      body?.destroy();
      throw signal?.aborted ? abortReason(signal) : new LinkDied(this.#reason ?? 'the connection ended');
    }
    const stream = this.#session.request(
      {
        ':method': call.method,
        ':path': `${API}${call.path}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        // Between two processes of one machine it would only cost. A Node before 22.15 can't undo it.
        ...(this.#pipe instanceof Socket || !process.versions['zstd'] ? {} : { 'accept-encoding': 'zstd' }),
        ...call.headers,
      },
      { endStream: json === undefined && body === undefined },
    );
    const abort = () => cancelStream(stream);
    signal?.addEventListener('abort', abort, { once: true });
    stream.once('close', () => signal?.removeEventListener('abort', abort));
    // Bytes that went out prove life where there was no room for them before; the pings may wait behind them.
    stream.on('drain', () => this.#hearing.note());
    const upload = body && this.#upload(body, stream);
    const why = async (cut: ClientHttp2Stream) => (await upload?.failure()) ?? this.#why(cut, signal);
    const end = new AnswerEnd(stream);
    const head = answerHead(stream, why);
    if (json !== undefined) stream.end(JSON.stringify(json));
    const headers = await head;
    const answer = new Answer(stream, headers, {
      host: this.host,
      what: `${call.method} ${call.path}`,
      end,
      why,
      outlived: () => this.#outlived(),
      condemn: (reason) => this.destroy(reason),
    });
    if (Number(headers[':status']) < 400 || call.method === 'HEAD') return answer;
    const error = await refusal(this.host, `${call.method} ${call.path}`, answer);
    // An upload that was refused would be read to its end for nothing.
    upload?.stop();
    throw error;
  }

  destroy(reason?: string): void {
    this.#reason ??= reason;
    this.#session.destroy();
    // The session alone would wait until what it had begun to write is written, which a dead link never does.
    this.#pipe.destroy();
  }

  /** Ends it, and resolves when all that it stood on is gone too. */
  async close(): Promise<void> {
    this.destroy('closed here');
    await this.closed;
  }

  #upload(body: Readable, stream: ClientHttp2Stream) {
    let failure: Error | undefined;
    // The source's own error comes while the stream is still whole; an error after that is only the stream's.
    body.once('error', (error) => {
      if (!stream.destroyed && !stream.closed) failure = error;
    });
    const done = pipeline(body, stream).catch(() => cancelStream(stream));
    return {
      stop: () => void body.destroy(),
      failure: async () => {
        await done;
        return failure;
      },
    };
  }

  async #why(stream: ClientHttp2Stream, signal: AbortSignal | undefined): Promise<Error> {
    if (signal?.aborted) return abortReason(signal);
    if (await this.#outlived()) return new AnswerCut(`the agent cut its answer (${String(stream.rstCode)})`);
    return new LinkDied(this.#reason ?? 'the connection ended');
  }

  /** When a link dies its streams are told first; a turn later the session knows. */
  async #outlived(): Promise<boolean> {
    await turn();
    return this.alive;
  }

  #look(): void {
    const finding = this.#hearing.look();
    if (finding.kind === 'dead') {
      this.#fellSilent = true;
      this.#onSilence?.();
      this.destroy(finding.reason);
    }
    if (finding.kind === 'ask' && this.alive) this.#session.ping((error) => !error && this.#hearing.note());
  }
}

async function answerHead(
  stream: ClientHttp2Stream,
  why: (stream: ClientHttp2Stream) => Promise<Error>,
): Promise<IncomingHttpHeaders> {
  return new Promise((resolve, reject) => {
    const cut = () => void why(stream).then(reject, reject);
    stream.once('close', cut);
    // Why a stream failed is asked of the session, which knows more.
    stream.on('error', () => undefined);
    stream.once('response', (headers) => {
      stream.off('close', cut);
      resolve(headers);
    });
  });
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
}
