import { open } from 'node:fs/promises';
import type { Growth } from './growth.ts';

/** Read at once, growing while reads are filled: a line now and then costs little, and 10 GB are few reads. Bytes. */
const SMALLEST_CHUNK = 1 << 13;
const LARGEST_CHUNK = 1 << 18;

export interface Follow {
  readonly path: string;
  /** The byte to begin with. */
  readonly from: number;
  /** True when nothing more will be written. Asked before each reading, so that what was written until then is read. */
  readonly ended: () => boolean;
  /** Tells when to look again; null to end at what is there now. */
  readonly growth: Growth | null;
  readonly signal: AbortSignal;
}

/** A file's bytes from an offset on, as they come, until it has ended. Memory is a chunk, whatever the file's size. */
export async function* follow({
  path,
  from,
  ended,
  growth,
  signal,
}: Follow): AsyncGenerator<Buffer, void, void> {
  const file = await open(path, 'r');
  try {
    let offset = from;
    let chunk = SMALLEST_CHUNK;
    while (!signal.aborted) {
      const last = growth === null || ended();
      // The wait begins before the reading: growth that comes in between is not slept through.
      const grown = last ? null : growth.next(signal);
      for (;;) {
        const buffer = Buffer.allocUnsafeSlow(chunk);
        const { bytesRead } = await file.read(buffer, 0, chunk, offset);
        if (bytesRead === 0) break;
        offset += bytesRead;
        chunk =
          bytesRead === chunk ? Math.min(chunk * 2, LARGEST_CHUNK) : Math.max(chunk / 2, SMALLEST_CHUNK);
        yield buffer.subarray(0, bytesRead);
        if (signal.aborted) return;
      }
      if (grown === null) return;
      await grown;
    }
  } finally {
    await file.close();
  }
}
