import { connect, createServer, type Server } from 'node:net';
import { rmSync } from 'node:fs';
import { UserError } from '#protocol';
import { hasCode } from '../home/index.ts';
import { thisPlatform, type Platform } from '../platform/index.ts';

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

type Holders = Pick<Platform, 'heldByOthers' | 'heldByUs'>;

/**
 * Takes the lock that has those addresses, or returns null while a process of ours holds it. It has one address as a rule; others
 * serve where another user has taken that first. Whoever holds one then makes sure that nobody of ours holds another of them: the
 * first may have become free in between. Throws `lock-taken` when others have them all.
 */
export async function takeLock(
  addresses: readonly string[],
  platform: Holders = thisPlatform(),
): Promise<Lock | null> {
  for (const address of addresses) {
    const server = await bindOrTakeOver(address);
    if (server === null) {
      if (platform.heldByOthers([address]).length === 0) return null;
      continue;
    }
    const release = () => new Promise<void>((resolve) => void server.close(() => resolve()));
    if (platform.heldByUs(addresses.filter((other) => other !== address)).length === 0) return { release };
    await release();
    return null;
  }
  throw new UserError({
    code: 'lock-taken',
    message: `another user of this machine has taken every name of a lock that Sortie needs here (${addresses.map(nameOf).join(', ')})`,
    hint: "Ask an administrator who holds them ('ss -xlp' as root).",
  });
}

async function bindOrTakeOver(address: string): Promise<Server | null> {
  const server = await bind(address);
  // Where the lock is a file, it outlives its holder, and is taken over when nobody answers on it.
  if (server !== null || address.startsWith('\0') || (await answers(address))) return server;
  rmSync(address, { force: true });
  return bind(address);
}

/** An abstract address as tools show it. */
export function nameOf(address: string): string {
  return address.replace('\0', '@').replace(/=+$/, '');
}
