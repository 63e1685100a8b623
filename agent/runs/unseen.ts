import type { RunId } from '#protocol';

/**
 * Runs that nobody looks at for a moment: one that is given back has its start claimed before its directory goes, and would be told
 * of as one that runs.
 */
export class Unseen {
  readonly #ids = new Set<RunId>();
  readonly #refresh: (id: RunId) => void;

  constructor(refresh: (id: RunId) => void) {
    this.#refresh = refresh;
  }

  has(id: RunId): boolean {
    return this.#ids.has(id);
  }

  /** Does the work unseen; what has become of the run is looked at when it is done. */
  async during<T>(id: RunId, work: () => Promise<T>): Promise<T> {
    this.#ids.add(id);
    try {
      return await work();
    } finally {
      this.#ids.delete(id);
      this.#refresh(id);
    }
  }
}
