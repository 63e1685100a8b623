import { isFinal, type RunId, type RunState } from '#protocol';

/** How long an end waits to be told with all that the output gave, in ms: the last scalars of gigabytes come after it. */
const LAST_SCALARS_MS = 2000;

export interface NewsContext {
  /** Whether a run's output is still being observed. */
  readonly isReading: (id: RunId) => boolean;
  readonly onState: (state: RunState) => void;
}

/**
 * Tells of what became of runs. An end is told once the output was observed, so that whoever hears of it has the last scalars too: a
 * line about it, or a search that learns from it, is made only once.
 */
export class News {
  readonly #context: NewsContext;
  /** Ends that nobody was told of yet. */
  readonly #owed = new Map<RunId, { state: RunState; readonly late: NodeJS.Timeout }>();

  constructor(context: NewsContext) {
    this.#context = context;
  }

  /** Whether a run's end is still to be told. */
  isOwed(id: RunId): boolean {
    return this.#owed.has(id);
  }

  tell(state: RunState): void {
    if (!isFinal(state.status) || !this.#context.isReading(state.id)) return this.#tellNow(state);
    const owed = this.#owed.get(state.id);
    if (owed !== undefined) owed.state = state;
    else this.#owed.set(state.id, { state, late: this.#tellLate(state.id) });
  }

  /** Nothing is owed of a run that is gone. */
  forget(id: RunId): void {
    clearTimeout(this.#owed.get(id)?.late);
    this.#owed.delete(id);
  }

  #tellNow(state: RunState): void {
    this.forget(state.id);
    this.#context.onState(state);
  }

  #tellLate(id: RunId): NodeJS.Timeout {
    const tell = () => {
      const owed = this.#owed.get(id);
      if (owed !== undefined) this.#tellNow(owed.state);
    };
    return setTimeout(tell, LAST_SCALARS_MS).unref();
  }
}
