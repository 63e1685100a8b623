/** Paints for news come no closer than this: ten a second are as live as anyone reads, and a slow link keeps up. Milliseconds. */
export const NEWS_MS = 100;
/** A key's answer may come sooner. Milliseconds. */
export const KEY_MS = 33;

/** Bounds how often something is painted: what comes meanwhile is painted once, later. */
export class Pacer {
  readonly #paint: () => void;
  readonly #output: Pick<NodeJS.WriteStream, 'writableNeedDrain' | 'once' | 'off'>;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(paint: () => void, output: Pick<NodeJS.WriteStream, 'writableNeedDrain' | 'once' | 'off'>) {
    this.#paint = paint;
    this.#output = output;
  }

  /** Asks for a paint, at the earliest `gap` ms after the last one. */
  request(gap: number): void {
    const dueAt = Math.max(performance.now(), this.#last + gap);
    if (this.#isClosed || dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, dueAt - performance.now()));
  }

  /** Paints now. */
  now(): void {
    clearTimeout(this.#timer);
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (this.#isClosed) return;
    this.#last = performance.now();
    this.#paint();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#output.off('drain', this.#drained);
  }

  #fire(): void {
    // A terminal that has not taken the last frame gets the newest one when it has, not every one between.
    if (this.#output.writableNeedDrain) {
      this.#output.off('drain', this.#drained);
      this.#output.once('drain', this.#drained);
      return;
    }
    this.now();
  }

  readonly #drained = () => this.now();
}
