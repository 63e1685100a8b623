import type { RunId } from '#protocol';
import type { Host } from '#controller/remotes';
import type { EventQueue } from './event-queue.ts';
import { META_ATTRS, metaOf } from './run-meta.ts';

/** New runs are asked about together, and not again before this long, or ten times as long as the last answer took. Milliseconds. */
const PAUSE_MS = 200;

/** Asks a host for the attributes of runs that turned up, many at a time. */
export class MetaAsker {
  readonly #host: Host;
  readonly #queue: EventQueue;
  readonly #signal: AbortSignal;
  readonly #known = new Set<RunId>();
  /** A host lists all its runs; others than these are nobody's business here. */
  readonly #wanted = new Set<RunId>();
  #pending: NodeJS.Timeout | undefined;
  /** More was wanted while an answer was on its way, which may lack it. */
  #isMoreWanted = false;
  #pause = PAUSE_MS;

  constructor(host: Host, queue: EventQueue, signal: AbortSignal) {
    this.#host = host;
    this.#queue = queue;
    this.#signal = signal;
    signal.addEventListener('abort', () => clearTimeout(this.#pending), { once: true });
  }

  about(id: RunId): void {
    if (this.#known.has(id) || this.#signal.aborted) return;
    this.#wanted.add(id);
    this.#isMoreWanted = true;
    this.#pending ??= setTimeout(() => void this.#ask(), this.#known.size === 0 ? 0 : this.#pause);
  }

  async #ask(): Promise<void> {
    this.#isMoreWanted = false;
    const began = performance.now();
    try {
      const listings = await this.#host.runs({ attrs: META_ATTRS }, { signal: this.#signal });
      for (const listing of listings) {
        const { id } = listing.state;
        if (this.#known.has(id) || !this.#wanted.has(id)) continue;
        this.#known.add(id);
        await this.#queue.push({ type: 'meta', at: Date.now(), meta: metaOf(listing) });
      }
    } catch {
      // What the host cannot list is shown without its flags; the link's state says why.
    }
    this.#pause = Math.max(PAUSE_MS, 10 * (performance.now() - began));
    const again = this.#isMoreWanted && !this.#signal.aborted;
    this.#pending = again ? setTimeout(() => void this.#ask(), this.#pause) : undefined;
  }
}
