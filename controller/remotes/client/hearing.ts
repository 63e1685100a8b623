import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { look, PING_EVERY_MS, startWatch, type Watch } from '../ssh/link-watch.ts';

/** An agent greets whoever connects, before it is asked anything: one that hasn't within this hangs, whatever the way is. Ms. */
const GREETING_MS = 6_000;

/** What a look at a peer found: nothing to do, that it has to be asked for a word, or why it is taken for dead. */
export type Finding =
  | { readonly kind: 'fine' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'dead'; readonly reason: string };

/** Knows when the peer at the end of a pipe was last heard, and when its silence means that it is dead. */
export class Hearing {
  readonly #pipe: Duplex;
  readonly #began = Date.now();
  #heard = Date.now();
  #spoke = false;
  #bytesRead = 0;
  #asked = Date.now();
  #watch: Watch = startWatch(Date.now());

  constructor(pipe: Duplex) {
    this.#pipe = pipe;
    // A socket's bytes go past its events and are counted there; any other pipe is read by 'data' anyway.
    if (!(pipe instanceof Socket))
      pipe.on('data', () => {
        this.#spoke = true;
        this.note();
      });
  }

  /** When that was; ms since the epoch. */
  get at(): number {
    const bytes = this.#pipe instanceof Socket ? this.#pipe.bytesRead : 0;
    if (bytes !== this.#bytesRead) {
      this.#bytesRead = bytes;
      this.#spoke = true;
      this.note();
    }
    return this.#heard;
  }

  /** Whether it ever said anything. */
  get spoke(): boolean {
    return this.at > 0 && this.#spoke;
  }

  /** Takes something else than its words for a sign of life. */
  note(): void {
    this.#heard = Date.now();
  }

  look(now = Date.now()): Finding {
    if (!this.spoke && now - this.#began >= GREETING_MS)
      return { kind: 'dead', reason: `the agent was reached and said nothing for ${GREETING_MS / 1000} s` };
    const verdict = look(this.#watch, this.at, now);
    if (verdict.kind === 'dead') {
      const seconds = Math.round(verdict.silentMs / 1000);
      return { kind: 'dead', reason: `nothing was heard from the host for ${seconds} s` };
    }
    this.#watch = verdict.watch;
    const isDue = now - this.#heard >= PING_EVERY_MS && now - this.#asked >= PING_EVERY_MS;
    if (verdict.kind === 'fine' && !isDue) return { kind: 'fine' };
    this.#asked = now;
    return { kind: 'ask' };
  }
}
