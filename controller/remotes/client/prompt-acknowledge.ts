import type { ClientHttp2Session } from 'node:http2';
import type { Duplex } from 'node:stream';

/** What is longer fills segments, which nothing holds back. Bytes. */
const BULK = 1 << 13;

/**
 * Answers what little arrives with a frame that asks for no answer. sshd turns Nagle's algorithm off only where a command runs: on a
 * link that has none, the second of two small packets waits until the first is acknowledged, which this machine's kernel puts off for
 * 40 ms (RFC 1122 section 4.2.3.2) unless something goes the other way. A window that grows by a byte does.
 */
export function acknowledgePromptly(pipe: Duplex, session: ClientHttp2Session, window: number): void {
  let size = window;
  let isDue = false;
  pipe.on('data', (chunk: Buffer) => {
    if (isDue || chunk.length >= BULK) return;
    isDue = true;
    // A request that what came leads to may go first, and is acknowledgement enough for the kernel.
    setImmediate(() => {
      isDue = false;
      if (!session.destroyed && !session.closed) session.setLocalWindowSize((size += 1));
    });
  });
}
