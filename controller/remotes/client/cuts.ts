import type { Connection } from './connection.ts';

/** An answer that brought less than this brought nothing: a host could cut each after one byte, for ever. Bytes. */
const SOMETHING = 64 << 10;

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

  /** So many bytes came since the last answer was cut; they count where that is as much as an answer brings that is worth another one. */
  brought(bytes: number): void {
    if (bytes >= SOMETHING) this.#count = 0;
  }
}
