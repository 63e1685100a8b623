import { UserError } from '#protocol';
import type { LinkState } from '../agent-api.ts';
import { backoffMs, pause } from './backoff.ts';
import type { Connection } from './connection.ts';
import { Cuts } from './cuts.ts';
import { LinkLostError } from '../transport.ts';
import { AnswerCut, LinkDied } from './wire-errors.ts';

/** Makes one connection to the agent, all the way: transport, bootstrap, socket. */
export type Dial = (signal: AbortSignal) => Promise<Connection>;

export interface LinkOptions {
  /** The host as the user named it. */
  readonly name: string;
  readonly dial: Dial;
  /** Whether a host that can't be reached at first is waited for, as it always is once it was reached. */
  readonly isPatient?: (error: unknown) => boolean;
  /** The wait between attempts. */
  readonly wait?: typeof pause;
}

/** An answer cut by the agent itself, with the link alive, may be bad luck; so many in a row are its failure. */
const MAX_CUTS = 4;

/**
 * One host's wire, made again whenever it dies: without a limit of attempts, from the moment it died, whether or not anybody waits.
 * Before it was live for the first time, an attempt that fails is the answer.
 */
export class Link {
  /** The host as the user named it. */
  readonly name: string;
  readonly #dial: Dial;
  readonly #isPatient: (error: unknown) => boolean;
  readonly #wait: typeof pause;
  readonly #listeners = new Set<(state: LinkState) => void>();
  readonly #closing = new AbortController();
  #state: LinkState = { kind: 'connecting', since: Date.now() };
  /** The live connection; undefined while there is none. */
  #live: Connection | undefined;
  /** The connection being made, while one is; settled with the live one after that. */
  #next: Promise<Connection> | undefined;
  #everLive = false;

  constructor({ name, dial, isPatient = () => false, wait = pause }: LinkOptions) {
    this.name = name;
    this.#dial = dial;
    this.#isPatient = isPatient;
    this.#wait = wait;
  }

  get state(): LinkState {
    return this.#live ? { kind: 'live', heard: this.#live.heard } : this.#state;
  }

  onChange(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.state);
    return () => this.#listeners.delete(listener);
  }

  /** The live connection, waited for. Throws what keeps it from ever being made, or the signal's reason. */
  async connection(signal: AbortSignal | undefined): Promise<Connection> {
    signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    if (this.#live?.alive) return this.#live;
    if (this.#live) this.#died(this.#live, 'the connection ended');
    this.#next ??= this.#establish();
    return raceAbort(this.#next, signal);
  }

  /**
   * Does the work on a live connection, again on the next one for as long as links die under it. Throws `agent-failed` when the agent
   * itself cuts its answer again and again, and whatever else the work throws.
   */
  async retrying<T>(
    signal: AbortSignal | undefined,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const cuts = new Cuts();
    for (;;) {
      const connection = await this.connection(signal);
      try {
        return await work(connection);
      } catch (error) {
        if (error instanceof LinkDied) this.#died(connection, error.message);
        else if (error instanceof AnswerCut) await this.afterCut(cuts.another(connection), error, signal);
        else throw error;
      }
    }
  }

  /** A pause after the so-manieth answer in a row that the agent cut while the link lives. Throws `agent-failed` after the last one. */
  async afterCut(cuts: number, cause: AnswerCut, signal: AbortSignal | undefined): Promise<void> {
    if (cuts >= MAX_CUTS) {
      throw new UserError({
        code: 'agent-failed',
        message: `${this.name}: the agent began to answer ${cuts} times and failed each time: ${cause.message}`,
        hint: "See the agent's log in the host's home, under logs.",
        cause,
      });
    }
    await this.#wait(backoffMs(cuts), signal);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error(`${this.name}: closed`));
    const connection = await this.#next?.catch(() => undefined);
    await connection?.close();
  }

  async #establish(): Promise<Connection> {
    const { signal } = this.#closing;
    const since = this.#state.kind === 'lost' ? this.#state.since : Date.now();
    if (!this.#everLive) this.#set({ kind: 'connecting', since });
    for (let attempt = 0; ; attempt += 1) {
      try {
        const connection = await this.#dial(signal);
        if (signal.aborted) await connection.close();
        signal.throwIfAborted();
        if (!connection.alive) throw new LinkDied(await connection.closed);
        this.#adopt(connection);
        return connection;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const wait = backoffMs(attempt);
        this.#set({ kind: 'lost', since, retryAt: Date.now() + wait, reason });
        if (signal.aborted || !this.#mayTryAgain(error)) {
          this.#next = undefined;
          throw error;
        }
        if ((await this.#wait(wait, signal)) === 'woke') attempt = -1;
      }
    }
  }

  /**
   * A refusal that needs the user, such as a changed host key, is final. Anything else may pass once the host was reached, which a link
   * that was cut on the way to the agent proves.
   */
  #mayTryAgain(error: unknown): boolean {
    if (error instanceof UserError && /^(host-key|auth)/.test(error.code)) return false;
    const isCut = error instanceof LinkDied || error instanceof LinkLostError;
    return this.#everLive || isCut || this.#isPatient(error);
  }

  #adopt(connection: Connection): void {
    this.#live = connection;
    this.#set({ kind: 'live', heard: connection.heard });
    void connection.closed.then((reason) => this.#died(connection, reason));
  }

  /** Begins the next connection at once, so that the view knows and waiting calls find it. Harmless for one that is not the live one. */
  #died(connection: Connection, reason: string): void {
    connection.destroy(reason);
    if (this.#live !== connection) return;
    this.#live = undefined;
    // An agent that takes connections and says nothing was not reached.
    if (connection.spoke || !connection.fellSilent) this.#everLive = true;
    if (this.#closing.signal.aborted) return;
    const now = Date.now();
    this.#set({ kind: 'lost', since: now, retryAt: now, reason });
    this.#next = this.#establish();
    // Whoever waits is told; if nobody does, the next call tries anew.
    this.#next.catch(() => undefined);
  }

  #set(state: LinkState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

/** Settles as the promise does, or rejects when the signal aborts; the promise itself goes on. */
async function raceAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([promise, aborted]).finally(() => stop && signal.removeEventListener('abort', stop));
}
