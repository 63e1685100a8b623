import type { FeedEvent } from './view-feed.ts';

/** Events waiting for a slow reader at most; then their makers wait too, down to the wire. */
const HIGH_WATER = 4096;

/** Brings events of many makers into one stream. */
export class EventQueue {
  #events: FeedEvent[] = [];
  #end: { readonly error: unknown } | 'ended' | null = null;
  #wakeReader: () => void = () => undefined;
  #wakeMakers: (() => void)[] = [];

  /** Puts an event in; wait for it where more will come. */
  async push(event: FeedEvent): Promise<void> {
    if (this.#end !== null) return;
    this.#events.push(event);
    this.#wakeReader();
    if (this.#events.length >= HIGH_WATER) {
      await new Promise<void>((resolve) => this.#wakeMakers.push(resolve));
    }
  }

  /** No more will come; what is here is still read. */
  end(): void {
    this.#end ??= 'ended';
    this.#wake();
  }

  fail(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  async *read(): AsyncGenerator<FeedEvent> {
    for (;;) {
      const events = this.#events;
      this.#events = [];
      for (const wake of this.#wakeMakers.splice(0)) wake();
      yield* events;
      if (this.#events.length > 0) continue;
      if (this.#end === 'ended') return;
      if (this.#end !== null) throw this.#end.error;
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
  }

  #wake(): void {
    this.#wakeReader();
    for (const wake of this.#wakeMakers.splice(0)) wake();
  }
}
