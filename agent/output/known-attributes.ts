import { createHash } from 'node:crypto';

/** A program that prints `file-000001: done` for each file means no attributes: so many are kept of a run, and no longer names. */
const MOST = 1000;
const LONGEST_NAME = 200;
/** Longer values are remembered by their digest. */
const LONGEST_KEPT = 64;

/** Which attributes were written with which value, in bounded memory: what is said again isn't written again. */
export class KnownAttributes {
  readonly #kept: Record<string, string>;
  #count: number;

  /** Keeps what it knows in the given record. */
  constructor(kept: Record<string, string>) {
    this.#kept = kept;
    this.#count = Object.keys(kept).length;
  }

  isNews(name: string, text: string): boolean {
    const value = text.length <= LONGEST_KEPT ? text : createHash('sha256').update(text).digest('hex');
    const before = Object.hasOwn(this.#kept, name) ? this.#kept[name] : undefined;
    if (before === value) return false;
    if (before === undefined) {
      if (this.#count >= MOST || name.length > LONGEST_NAME || name === '__proto__') return false;
      this.#count += 1;
    }
    this.#kept[name] = value;
    return true;
  }
}
