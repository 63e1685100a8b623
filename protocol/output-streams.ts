/** The streams of a program, both of which are in a run's output. */
export type OutputStream = 'stdout' | 'stderr';

export const OUTPUT_STREAMS: readonly OutputStream[] = ['stdout', 'stderr'];

/** A piece of output, all of it of one stream. */
export interface OutputPiece {
  readonly stream: OutputStream;
  readonly bytes: Uint8Array;
}

/**
 * From this byte of the output on, its bytes are of this stream. `anew`: no byte is, but the next ones of the stream are from the beginning
 * of the file that the program writes it to, which was truncated.
 */
export interface StreamChange {
  readonly at: number;
  readonly stream: OutputStream;
  readonly anew: boolean;
}

/** Bytes of a change as it is written: its offset times four, and which stream, and whether anew, in the last two bits. */
export const CHANGE_BYTES = 8;

export function encodeChange({ at, stream, anew }: StreamChange): Buffer {
  const bytes = Buffer.alloc(CHANGE_BYTES);
  bytes.writeBigUInt64BE(BigInt(at) * 4n + BigInt((anew ? 2 : 0) + (stream === 'stderr' ? 1 : 0)));
  return bytes;
}

export function decodeChange(bytes: Buffer, from: number): StreamChange {
  const value = bytes.readBigUInt64BE(from);
  const bits = Number(value & 3n);
  return { at: Number(value >> 2n), stream: (bits & 1) === 1 ? 'stderr' : 'stdout', anew: bits > 1 };
}

/** Output on the wire is told apart by frames: the stream's number, the length of what follows, and that. Bytes. */
export const FRAME_HEAD = 5;

export function frameHead(stream: OutputStream, length: number): Buffer {
  const head = Buffer.alloc(FRAME_HEAD);
  head.writeUInt8(stream === 'stderr' ? 1 : 0);
  head.writeUInt32BE(length, 1);
  return head;
}

/** The pieces in framed bytes, as they come and in any cuts. Ends with the bytes, in the midst of a frame too. */
export async function* unframed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<OutputPiece, void, void> {
  let head: Buffer = Buffer.alloc(0);
  let left = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      if (left === 0) {
        const more = chunk.subarray(at, at + FRAME_HEAD - head.length);
        head = Buffer.concat([head, more]);
        at += more.length;
        if (head.length < FRAME_HEAD) continue;
        left = head.readUInt32BE(1);
        if (left === 0) head = Buffer.alloc(0);
        continue;
      }
      const bytes = chunk.subarray(at, at + left);
      yield { stream: head[0] === 1 ? 'stderr' : 'stdout', bytes };
      at += bytes.length;
      left -= bytes.length;
      if (left === 0) head = Buffer.alloc(0);
    }
  }
}
