import type { Connection } from './connection.ts';

/**
 * Counts the answers in a row that the agent cut. Only those on one connection count: a link that dies cuts answers a moment before it
 * is known to be dead, and however often that happens, the agent never failed.
 */
export class Cuts {
  #on: Connection | undefined;
  #count = 0;

  /** One more on that connection; gives how many there are in a row now. */
  another(on: Connection | undefined): number {
    this.#count = on === this.#on ? this.#count + 1 : 1;
    this.#on = on;
    return this.#count;
  }

  /** An answer brought something. */
  none(): void {
    this.#count = 0;
  }
}
