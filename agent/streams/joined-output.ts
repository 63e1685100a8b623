import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { CHANGE_BYTES, decodeChange, encodeChange, type OutputStream, type StreamChange } from '#protocol';

/** Changes are read back so many bytes at a time. */
const BLOCK = CHANGE_BYTES << 13;

/**
 * A run's output with the changes of stream in it, as its one writer has them. **A change is in its file before the first byte after it
 * is in the output.** So the two files alone say, after a death at any point, which stream each byte is of, and by that how much of each
 * stream's file is joined already: nothing is joined twice, and nothing is left out.
 */
export class JoinedOutput {
  readonly #output: FileHandle;
  readonly #changes: FileHandle;
  #length: number;
  #changesLength: number;
  #stream: OutputStream = 'stdout';
  /** Bytes of each stream's file that are joined. */
  readonly #taken: Record<OutputStream, number> = { stdout: 0, stderr: 0 };

  private constructor(output: FileHandle, changes: FileHandle, lengths: { output: number; changes: number }) {
    this.#output = output;
    this.#changes = changes;
    this.#length = lengths.output;
    this.#changesLength = lengths.changes;
  }

  /** Opens them where they are. `from`: the output's length when the attempt began whose streams are joined. */
  static async open(
    paths: { readonly output: string; readonly changes: string },
    from: number,
  ): Promise<JoinedOutput> {
    const output = await open(paths.output, constants.O_RDWR | constants.O_CREAT, 0o644);
    const changes = await open(paths.changes, constants.O_RDWR | constants.O_CREAT, 0o644);
    const { size } = await changes.stat();
    const joined = new JoinedOutput(output, changes, {
      output: (await output.stat()).size,
      changes: size - (size % CHANGE_BYTES),
    });
    await joined.#recall(from);
    return joined;
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of a stream's file that are joined: where to go on in it. */
  taken(stream: OutputStream): number {
    return this.#taken[stream];
  }

  /** Appends bytes that a stream's file has from `taken` on. Throws ENOSPC; what was written by then is counted. */
  async append(stream: OutputStream, bytes: Uint8Array): Promise<void> {
    if (stream !== this.#stream) {
      await this.#change({ at: this.#length, stream, anew: false });
      this.#stream = stream;
    }
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#output.write(bytes, done, bytes.length - done, this.#length);
      done += bytesWritten;
      this.#length += bytesWritten;
      this.#taken[stream] += bytesWritten;
    }
  }

  /** A stream's file was truncated: its next bytes are those from its beginning. */
  async beginAnew(stream: OutputStream): Promise<void> {
    await this.#change({ at: this.#length, stream, anew: true });
    this.#taken[stream] = 0;
  }

  async close(): Promise<void> {
    await this.#output.close();
    await this.#changes.close();
  }

  async #change(change: StreamChange): Promise<void> {
    const record = encodeChange(change);
    for (let done = 0; done < CHANGE_BYTES;) {
      // A record cut by a full disk is written over.
      const { bytesWritten } = await this.#changes.write(
        record,
        done,
        CHANGE_BYTES - done,
        this.#changesLength + done,
      );
      done += bytesWritten;
    }
    this.#changesLength += CHANGE_BYTES;
  }

  /** Counts what is joined of the attempt. Changes past the output's end, which only a power cut leaves, are taken back. */
  async #recall(from: number): Promise<void> {
    let at = from;
    let offset = 0;
    const block = Buffer.alloc(BLOCK);
    reading: while (offset < this.#changesLength) {
      const { bytesRead } = await this.#changes.read(block, 0, BLOCK, offset);
      if (bytesRead < CHANGE_BYTES) break;
      for (let place = 0; place + CHANGE_BYTES <= bytesRead; place += CHANGE_BYTES) {
        const change = decodeChange(block, place);
        if (change.at > this.#length) break reading;
        offset += CHANGE_BYTES;
        this.#taken[this.#stream] += Math.max(0, change.at - at);
        at = Math.max(at, change.at);
        if (!change.anew) this.#stream = change.stream;
        else if (change.at >= from) this.#taken[change.stream] = 0;
      }
    }
    this.#changesLength = offset;
    await this.#changes.truncate(offset);
    this.#taken[this.#stream] += Math.max(0, this.#length - at);
  }
}
