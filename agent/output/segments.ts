/** What is longer isn't looked at: no rule is for it, and memory stays bounded whatever is printed. Bytes. */
const MAX_SEGMENT = 1 << 16;

const LF = 10;
const CR = 13;

/** How a piece of output ended: by a newline, or by a carriage return, after which a terminal writes over it. */
export type SegmentEnd = 'line' | 'return';

/** Bytes from `from` to before `to` of what came: a view of them would cost more than to look at them. */
export interface Segment {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

export type OnSegment = (segment: Segment, end: SegmentEnd) => void;

/** A segment that is all of some bytes. */
export function segmentOf(bytes: Buffer): Segment {
  return { bytes, from: 0, to: bytes.length };
}

export function segmentText({ bytes, from, to }: Segment): string {
  return bytes.toString('utf8', from, to);
}

/** Cuts bytes that come in any pieces into segments. Overlong ones are given as no bytes. */
export class Segments {
  #pieces: Buffer[] = [];
  #length = 0;
  /** True while the rest of an overlong segment is passed over. */
  #skipping: boolean;
  readonly #onSegment: OnSegment;

  constructor(skipping: boolean, onSegment: OnSegment) {
    this.#skipping = skipping;
    this.#onSegment = onSegment;
  }

  get skipping(): boolean {
    return this.#skipping;
  }

  /** Bytes of the unfinished segment that are held here. */
  get held(): number {
    return this.#length;
  }

  /** The unfinished segment so far. */
  get rest(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  feed(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    let line = bytes.indexOf(LF);
    let back = bytes.indexOf(CR);
    while (line >= 0 || back >= 0) {
      const returns = back >= 0 && (line < 0 || back < line);
      const at = returns ? back : line;
      this.#finish({ bytes, from, to: at }, returns ? 'return' : 'line');
      from = at + 1;
      if (returns) back = bytes.indexOf(CR, from);
      else line = bytes.indexOf(LF, from);
    }
    if (from < bytes.length) this.#hold(bytes.subarray(from));
  }

  /** Forgets the unfinished segment. */
  clear(): void {
    this.#pieces = [];
    this.#length = 0;
    this.#skipping = false;
  }

  #finish(end: Segment, how: SegmentEnd): void {
    if (this.#skipping || this.#length + end.to - end.from > MAX_SEGMENT) {
      this.clear();
      this.#onSegment(segmentOf(Buffer.alloc(0)), how);
      return;
    }
    if (this.#length === 0) return this.#onSegment(end, how);
    const whole = Buffer.concat([...this.#pieces, end.bytes.subarray(end.from, end.to)]);
    this.clear();
    this.#onSegment(segmentOf(whole), how);
  }

  #hold(piece: Buffer): void {
    if (this.#skipping) return;
    if (this.#length + piece.length > MAX_SEGMENT) {
      this.clear();
      this.#skipping = true;
      return;
    }
    // A copy: the piece is a view of a chunk many times its size.
    this.#pieces.push(Buffer.from(piece));
    this.#length += piece.length;
  }
}
