import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** Written when this much is held, in bytes. */
const FLUSH_AT = 1 << 16;

/** A file that grows, written in large pieces. Its length counts what is still held. */
export class AppendFile {
  readonly #handle: number;
  #held: Buffer[] = [];
  #heldLength = 0;
  #length: number;

  private constructor(handle: number, length: number) {
    this.#handle = handle;
    this.#length = length;
  }

  /** Opens a file at a length: what is past it is cut off. Null when it is shorter than that, so that something was lost. */
  static open(path: string, length: number): AppendFile | null {
    const handle = openSync(path, 'a', 0o644);
    if (fstatSync(handle).size < length) {
      closeSync(handle);
      return null;
    }
    ftruncateSync(handle, length);
    return new AppendFile(handle, length);
  }

  get length(): number {
    return this.#length;
  }

  append(data: Buffer): void {
    this.#held.push(data);
    this.#heldLength += data.length;
    this.#length += data.length;
    if (this.#heldLength >= FLUSH_AT) this.flush();
  }

  flush(): void {
    const data = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldLength = 0;
    for (let written = 0; written < data.length;) written += writeSync(this.#handle, data, written);
  }

  close(): void {
    this.flush();
    closeSync(this.#handle);
  }

  /** Closes it without what is still held. */
  abandon(): void {
    closeSync(this.#handle);
  }
}
