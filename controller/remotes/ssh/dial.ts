import { connect, type Socket } from 'node:net';
import type { SshHop } from '../config/target.ts';
import { timedOut, unreachable } from './connect-error.ts';

/**
 * Opens the TCP connection to a host, trying its addresses as they come. Throws `host-unreachable`, `connection-refused` or
 * `connect-timeout`, naming what was tried.
 */
export async function dial(hop: SshHop, signal: AbortSignal | undefined): Promise<Socket> {
  signal?.throwIfAborted();
  const family = { any: 0, ipv4: 4, ipv6: 6 }[hop.family];
  const socket = connect({ host: hop.host, port: hop.port, family });
  // Without it every small packet waits for the answer to the one before it, up to 40 ms.
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(late);
      signal?.removeEventListener('abort', abort);
      socket.off('error', failed);
      act();
    };
    const giveUp = (error: Error) =>
      settle(() => {
        socket.on('error', () => undefined);
        socket.destroy();
        reject(error);
      });
    const late = setTimeout(
      () => giveUp(timedOut(hop, 'connecting', hop.connectTimeoutMs)),
      hop.connectTimeoutMs,
    );
    const abort = () => giveUp(signal?.reason as Error);
    const failed = (error: Error) => giveUp(unreachable(hop, error));
    signal?.addEventListener('abort', abort, { once: true });
    socket.on('error', failed);
    socket.once('connect', () =>
      settle(() => {
        // A reset before anybody listens is found by whoever uses the socket next, and must not end the program.
        socket.on('error', () => undefined);
        resolve(socket);
      }),
    );
  });
}
