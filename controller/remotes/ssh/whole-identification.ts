import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';

/** Much more than what a server may say up to its identification; past it, ssh2 has refused the server. Bytes. */
const LOOK_AT_BYTES = 65_536;
const IDENTIFICATION = /^SSH-[^\n]*\n/m;

/**
 * Gives ssh2 the server's identification whole. Of one that comes in three pieces or more ssh2 1.17 keeps the first and the last: it
 * then waits for what it has had, or refuses what is left. Ahead of each piece it is handed all that came before. Call right after
 * `connect`, before ssh2 itself listens to the socket.
 */
export function giveWholeIdentification(client: Client, socket: Duplex): void {
  const { _protocol: protocol } = client as unknown as { _protocol?: { _buffer?: Buffer } };
  if (protocol === undefined) return;
  let before = Buffer.alloc(0);
  const hand = (piece: Buffer) => {
    if (before.length > 0) protocol._buffer = before;
    before = Buffer.concat([before, piece]);
    if (before.length > LOOK_AT_BYTES || IDENTIFICATION.test(before.toString('latin1')))
      socket.off('data', hand);
  };
  socket.on('data', hand);
}
