import { closeSync, openSync, readSync } from 'node:fs';
import {
  CHANGE_BYTES,
  decodeChange,
  type OutputPiece,
  type OutputStream,
  type StreamChange,
} from '#protocol';

/** Read at once, in bytes. */
const BLOCK = CHANGE_BYTES << 13;

/**
 * Tells the streams in output that is read from some byte on, in order. A change is written before the bytes that come after it, so that
 * whoever asks after it has read bytes finds all that is to be known of them. Without a file of changes all is of standard output.
 */
export class StreamReader {
  readonly #path: string;
  #handle: number | null = null;
  /** In the file of changes. */
  #offset = 0;
  #read: StreamChange[] = [];
  #place = 0;
  #last = 0;
  #stream: OutputStream = 'stdout';

  /** Of the file of changes. */
  constructor(path: string) {
    this.#path = path;
  }

  /** The pieces of bytes that begin at an offset of the output: at or after the end of those before. */
  *cut(bytes: Uint8Array, at: number): Generator<OutputPiece, void, void> {
    const end = at + bytes.length;
    let done = at;
    for (let change = this.#next(); change !== null && change.at < end; change = this.#next()) {
      this.#place += 1;
      // A copy that two commands make at once has the same change twice, one of them late.
      if (change.anew || change.at < this.#last || change.stream === this.#stream) continue;
      this.#last = change.at;
      if (change.at > done) yield { stream: this.#stream, bytes: bytes.subarray(done - at, change.at - at) };
      done = Math.max(done, change.at);
      this.#stream = change.stream;
    }
    if (done < end) yield { stream: this.#stream, bytes: bytes.subarray(done - at) };
  }

  close(): void {
    if (this.#handle !== null) closeSync(this.#handle);
    this.#handle = null;
  }

  /** The next change, if it is written yet. */
  #next(): StreamChange | null {
    if (this.#place === this.#read.length) this.#fill();
    return this.#read[this.#place] ?? null;
  }

  #fill(): void {
    this.#handle ??= openIfThere(this.#path);
    if (this.#handle === null) return;
    const block = Buffer.alloc(BLOCK);
    const length = readSync(this.#handle, block, 0, BLOCK, this.#offset);
    const whole = length - (length % CHANGE_BYTES);
    this.#read = [];
    this.#place = 0;
    for (let from = 0; from < whole; from += CHANGE_BYTES) this.#read.push(decodeChange(block, from));
    this.#offset += whole;
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
