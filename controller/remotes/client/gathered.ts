import type { Readable } from 'node:stream';

/** What is held for a reader that is busy; more waits on the host. Bytes. */
const MOST_HELD = 1 << 20;

/**
 * A stream's bytes, no faster than they are taken: what comes while the reader is busy is given to it in one piece. HTTP/2 cuts
 * bytes into frames of 16 KiB, and to write each of them to a file and a pipe would cost more than to send them. Ends with the stream,
 * however that ended.
 */
export async function* gathered(stream: Readable): AsyncGenerator<Buffer, void, void> {
  const held: Buffer[] = [];
  let size = 0;
  let isOver = false;
  let wake = () => undefined as void;
  const over = () => {
    isOver = true;
    wake();
  };
  const take = (chunk: Buffer) => {
    held.push(chunk);
    size += chunk.length;
    if (size >= MOST_HELD) stream.pause();
    wake();
  };
  stream.on('data', take);
  const ends = ['end', 'close', 'error'] as const;
  for (const event of ends) stream.once(event, over);
  if (stream.destroyed) isOver = true;
  try {
    for (;;) {
      while (held.length === 0) {
        if (isOver) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      const chunk = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held, size);
      held.length = 0;
      size = 0;
      stream.resume();
      yield chunk;
    }
  } finally {
    stream.off('data', take);
    for (const event of ends) stream.off(event, over);
  }
}
