import { createServer, type Server } from 'node:net';
import { connect } from 'node:net';
import { rmSync } from 'node:fs';
import { hasCode } from '../home/index.ts';

/** Something that one process at a time can hold, and that its death lets go. */
export interface Lock {
  release(): Promise<void>;
}

function bind(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    // Nobody has anything to say here: the name alone is what counts.
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => {
      if (hasCode(error, 'EADDRINUSE')) resolve(null);
      else reject(error);
    });
    server.listen(address, () => resolve(server.unref()));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Takes the lock of that address, or returns null while somebody holds it. */
export async function takeLock(address: string): Promise<Lock | null> {
  let server = await bind(address);
  // Where the lock is a file, it outlives its holder, and is taken over when nobody answers on it.
  if (server === null && !address.startsWith('\0') && !(await answers(address))) {
    rmSync(address, { force: true });
    server = await bind(address);
  }
  if (server === null) return null;
  const held = server;
  return { release: () => new Promise((resolve) => held.close(() => resolve())) };
}
