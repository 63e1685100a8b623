import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { type CloseReason, LinkLostError } from '../transport.ts';
import { look, startWatch, type Watch } from './link-watch.ts';

const LOOK_EVERY_MS = 1_000;
/** How long a peer has to take our goodbye before its socket is dropped. */
const GOODBYE_MS = 1_000;

/** The life of one authenticated ssh2 client: it is alive until `death` says why not, and dies once. */
export class Link {
  readonly client: Client;
  readonly closed: Promise<CloseReason>;
  #death: LinkLostError | null = null;
  #settle: (reason: CloseReason) => void = () => undefined;
  #lastError: string | null = null;
  #watch: Watch = startWatch(Date.now());
  #heard = Date.now();
  readonly #timer: NodeJS.Timeout;
  readonly #socket: Duplex;

  constructor(client: Client, socket: Duplex) {
    this.client = client;
    this.#socket = socket;
    this.closed = new Promise((resolve) => (this.#settle = resolve));
    // ssh2 reads by 'data' too, so this only listens in.
    socket.on('data', () => (this.#heard = Date.now()));
    client.on('error', (error) => (this.#lastError ??= error.message));
    client.on('close', () => this.#die(this.#lastError ?? 'The host closed the connection'));
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  get death(): LinkLostError | null {
    return this.#death;
  }

  async close(): Promise<void> {
    if (!this.#death) {
      this.#bury(new LinkLostError('The connection was closed here'), { kind: 'asked' });
      this.client.end();
      const force = setTimeout(() => this.#socket.destroy(), GOODBYE_MS);
      await new Promise<void>((resolve) => {
        if (this.#socket.closed) resolve();
        else this.#socket.once('close', () => resolve());
      });
      clearTimeout(force);
    }
    await this.closed;
  }

  #look(): void {
    const verdict = look(this.#watch, this.#heard, Date.now());
    switch (verdict.kind) {
      case 'dead':
        this.#die(`nothing was heard from the host for ${Math.round(verdict.silentMs / 1000)} s`);
        break;
      case 'woke':
        this.#watch = verdict.watch;
        // Every answer proves life, a refusal too.
        this.client.openssh_forwardOutStreamLocal('/', () => undefined);
        break;
      case 'fine':
        this.#watch = verdict.watch;
        break;
    }
  }

  #die(message: string): void {
    this.#bury(new LinkLostError(message), { kind: 'lost', message });
    this.#socket.destroy();
  }

  #bury(death: LinkLostError, reason: CloseReason): void {
    if (this.#death) return;
    this.#death = death;
    clearInterval(this.#timer);
    this.#settle(reason);
  }
}
