import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '#protocol';
import type { LinkState } from '../agent-api.ts';
import { LinkDied, type Connection } from './connection.ts';

/** Waits between attempts, in ms: quick at first, since most cuts are short, then no more than a try every half minute. There is no last one. */
const BACKOFF_MS = [100, 300, 1000, 2000, 5000, 10_000, 20_000, 30_000] as const;

/** Something must be heard this often, in ms; between, a ping asks. Two silent ones and the link is dead: within 15 s. */
const PING_MS = 5000;
const PING_ANSWER_MS = 7000;

/** A timer this late, in ms, means that the machine slept; the link is asked at once. */
const SLEPT_MS = 10_000;

/** Makes one connection to the agent, all the way: transport, bootstrap, socket. A UserError from it is final on the first attempt. */
export type Dial = (signal: AbortSignal) => Promise<Connection>;

/** One host's wire, made again whenever it dies, for as long as anybody waits for it. */
export class Link {
  #state: LinkState = { kind: 'connecting', since: Date.now() };
  #connection: Promise<Connection> | undefined;
  readonly #listeners = new Set<(state: LinkState) => void>();
  readonly #closing = new AbortController();
  readonly #dial: Dial;
  #everLive = false;

  constructor(dial: Dial) {
    this.#dial = dial;
  }

  get state(): LinkState {
    return this.#state;
  }

  onChange(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Something was heard from the host just now. */
  heard(): void {
    if (this.#state.kind === 'live') this.#state = { kind: 'live', heard: Date.now() };
  }

  /** The live connection, waited for. Throws what the first dial of all threw, if that was a user's to mend. */
  async connection(signal: AbortSignal | undefined): Promise<Connection> {
    this.#connection ??= this.#establish();
    return raceAbort(this.#connection, signal);
  }

  /** Does the work on a live connection, again on the next one for as long as links die under it. */
  async retrying<T>(
    signal: AbortSignal | undefined,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const connection = await this.connection(signal);
      try {
        return await work(connection);
      } catch (error) {
        if (!(error instanceof LinkDied)) throw error;
        signal?.throwIfAborted();
        signal?.throwIfAborted();
        this.#drop(connection, error.message);
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('closed'));
    const connection = await this.#connection?.catch(() => undefined);
    connection?.destroy();
    await connection?.closed;
  }

  async #establish(): Promise<Connection> {
    const since = Date.now();
    if (this.#state.kind !== 'lost') this.#set({ kind: 'connecting', since });
    for (let attempt = 0; ; attempt += 1) {
      try {
        const connection = await this.#dial(this.#closing.signal);
        this.#everLive = true;
        this.#set({ kind: 'live', heard: Date.now() });
        void connection.closed.then((reason) => this.#drop(connection, reason));
        void this.#watch(connection);
        return connection;
      } catch (error) {
        if (this.#closing.signal.aborted || !this.#everLive || isFinalError(error)) {
          this.#connection = undefined;
          throw error;
        }
        const wait = jittered(BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)] ?? 30_000);
        const reason = error instanceof Error ? error.message : String(error);
        const lostSince = this.#state.kind === 'lost' ? this.#state.since : since;
        this.#set({ kind: 'lost', since: lostSince, retryAt: Date.now() + wait, reason });
        await sleep(wait, undefined, { signal: this.#closing.signal });
      }
    }
  }

  /** Forgets a dead connection and begins the next at once, so that the view knows and waiting calls find it. */
  #drop(connection: Connection, reason: string): void {
    connection.destroy();
    if (this.#closing.signal.aborted || this.#state.kind !== 'live') return;
    this.#set({ kind: 'lost', since: Date.now(), retryAt: Date.now(), reason });
    this.#connection = this.#establish();
    this.#connection.catch(() => undefined);
  }

  /** Pings; a silent link is dropped, and at once when the machine has slept. */
  async #watch(connection: Connection): Promise<void> {
    while (connection.alive) {
      const before = Date.now();
      try {
        await sleep(PING_MS, undefined, { signal: this.#closing.signal, ref: false });
        const slept = Date.now() - before > PING_MS + SLEPT_MS;
        await within(connection.ping(), slept ? PING_ANSWER_MS / 2 : PING_ANSWER_MS);
        this.heard();
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        this.#drop(connection, error instanceof Error ? error.message : String(error));
        return;
      }
    }
  }

  #set(state: LinkState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** Refusals that no later attempt mends by itself: a changed host key, no permission. An unreachable host is not among them. */
function isFinalError(error: unknown): boolean {
  return error instanceof UserError && /^(host-key|auth)/.test(error.code);
}

function jittered(ms: number): number {
  return ms * (0.75 + Math.random() / 2);
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LinkDied(`nothing heard for ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Settles as the promise does, or rejects when the signal aborts; the promise itself goes on. */
async function raceAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([promise, aborted]).finally(() => stop && signal.removeEventListener('abort', stop));
}
