import type { QueuedRun } from '../runs/index.ts';

/** Higher priority first, then who came first; trials that came together in the order of their batch. */
function compare(a: QueuedRun, b: QueuedRun): number {
  return (
    b.spec.priority - a.spec.priority ||
    a.since - b.since ||
    (a.spec.batch?.index ?? 0) - (b.spec.batch?.index ?? 0) ||
    (a.spec.id < b.spec.id ? -1 : 1)
  );
}

/** The runs that wait, in their order. It needs no file of its own: it is made of the specs and of when each PENDING mark was set. */
export class WaitingLine {
  readonly #runs = new Map<string, QueuedRun>();
  #sorted: readonly QueuedRun[] | null = null;

  add(run: QueuedRun): void {
    this.#runs.set(run.spec.id, run);
    this.#sorted = null;
  }

  /** True when it was there. */
  remove(id: string): boolean {
    if (!this.#runs.delete(id)) return false;
    this.#sorted = null;
    return true;
  }

  get size(): number {
    return this.#runs.size;
  }

  get(id: string): QueuedRun | undefined {
    return this.#runs.get(id);
  }

  /** In order. */
  get all(): readonly QueuedRun[] {
    this.#sorted ??= [...this.#runs.values()].sort(compare);
    return this.#sorted;
  }
}
