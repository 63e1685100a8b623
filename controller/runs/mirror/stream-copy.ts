import type { FileHandle } from 'node:fs/promises';
import { CHANGE_BYTES, decodeChange, encodeChange, type OutputStream } from '#protocol';
import type { TreeWriter } from './tree-writer.ts';

/** Where in a mirror's output the stream changes, as its host has it of its own. */
export const CHANGES = '.guild/sortie/streams';

/**
 * Notes where the stream changes in a mirror's output, each change before the bytes that come after it. Several commands may copy one run at a
 * time: what one that is further has noted already is left as it is.
 */
export class StreamCopy {
  readonly #file: FileHandle;
  #at = -1;
  #stream: OutputStream = 'stdout';
  #length = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(into: TreeWriter): Promise<StreamCopy> {
    return new StreamCopy(await into.open(CHANGES));
  }

  /** Bytes of this stream are about to be written at an offset. */
  async note(stream: OutputStream, at: number): Promise<void> {
    await this.#catchUp();
    if (at <= this.#at || stream === this.#stream) return;
    await this.#file.write(encodeChange({ at, stream, anew: false }), 0, CHANGE_BYTES, this.#length);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Reads the last change that there is. */
  async #catchUp(): Promise<void> {
    const { size } = await this.#file.stat();
    const length = size - (size % CHANGE_BYTES);
    if (length === this.#length) return;
    this.#length = length;
    const last = Buffer.alloc(CHANGE_BYTES);
    await this.#file.read(last, 0, CHANGE_BYTES, length - CHANGE_BYTES);
    const { at, stream } = decodeChange(last, 0);
    this.#at = at;
    this.#stream = stream;
  }
}
