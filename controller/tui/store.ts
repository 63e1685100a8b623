import { reduce } from './reduce.ts';
import { EMPTY_STATE, type ViewState } from './state.ts';
import type { FeedEvent } from './view-feed.ts';

/** Events wait this long to be taken together, so that at most ten states a second are made, whatever comes in. Milliseconds. */
const GATHER_MS = 100;

/** The one state that all outputs look at. */
export class ViewStore {
  #state: ViewState;
  #waiting: FeedEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #listeners = new Set<(state: ViewState) => void>();

  constructor(state: ViewState = EMPTY_STATE) {
    this.#state = state;
  }

  get state(): ViewState {
    return this.#state;
  }

  /** Takes an event; listeners hear of it within `GATHER_MS`. */
  put(event: FeedEvent): void {
    this.#waiting.push(event);
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Takes what waits now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#state = reduce(this.#state, events);
    for (const listener of this.#listeners) listener(this.#state);
  }

  /** Called with each new state; returns how to stop listening. */
  subscribe(listener: (state: ViewState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#listeners.clear();
  }
}
