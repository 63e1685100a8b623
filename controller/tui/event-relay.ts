import { EventQueue } from './event-queue.ts';
import type { FeedEvent } from './view-feed.ts';

/** Brings what happens elsewhere in the program to the view that is up, if one is. */
export class EventRelay {
  #queue: EventQueue | null = null;

  /** Whether somebody looks: what is put then is shown there and nowhere else. */
  get isShown(): boolean {
    return this.#queue !== null;
  }

  put(event: FeedEvent): void {
    void this.#queue?.push(event);
  }

  /** For `besides` of a feed: all that is put until the signal aborts. */
  readonly events = async function* (this: EventRelay, signal: AbortSignal): AsyncGenerator<FeedEvent> {
    const queue = new EventQueue();
    const end = () => queue.end();
    this.#queue = queue;
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    try {
      yield* queue.read();
    } finally {
      signal.removeEventListener('abort', end);
      if (this.#queue === queue) this.#queue = null;
    }
  }.bind(this);
}
