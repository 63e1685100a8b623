import { readdirSync } from 'node:fs';
import { connect as connectHttp } from 'node:http2';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { API } from '#protocol';
import { takeLock, type Lock } from './lock.ts';

/** Between two tries to take the queue over from an agent that is leaving, in ms. */
const RETRY_MS = 250;
/** An agent that doesn't answer a request to hand over in this time is left alone, in ms; its death will free the queue. */
const ASK_TIMEOUT_MS = 2000;

/** Sockets of other agents of this host, user and home: their names begin alike. */
function siblings(socket: string): string[] {
  const name = basename(socket);
  const prefix = name.slice(0, name.indexOf('-') + 1);
  return readdirSync(dirname(socket))
    .filter((other) => other.startsWith(prefix) && other !== name && !other.includes('.'))
    .map((other) => join(dirname(socket), other));
}

async function askToHandOver(socket: string): Promise<void> {
  const session = connectHttp('http://agent', { createConnection: () => connect(socket) });
  await new Promise<void>((resolve) => {
    session.on('error', () => resolve());
    session.setTimeout(ASK_TIMEOUT_MS, () => resolve());
    const stream = session.request({ ':method': 'POST', ':path': `${API}/shutdown?handover=1` });
    stream.on('error', () => resolve());
    stream.on('close', () => resolve());
    stream.resume();
    stream.end();
  });
  session.destroy();
}

export interface QueueOwner {
  /** Lets the queue go, or gives up waiting for it. */
  release(): Promise<void>;
}

/**
 * Takes the queue of this host, user and home: at once when it is free, else from the agent that has it, which is asked to hand
 * it over because a newer one has come. `onOwned` is called once, when it is ours.
 */
export async function ownQueue(address: string, socket: string, onOwned: () => void): Promise<QueueOwner> {
  let lock: Lock | null = null;
  let released = false;
  let timer: NodeJS.Timeout | null = null;
  const attempt = async (): Promise<boolean> => {
    const taken = await takeLock(address);
    if (taken === null) return false;
    if (released) {
      await taken.release();
      return true;
    }
    lock = taken;
    onOwned();
    return true;
  };
  const later = () => {
    timer = setTimeout(() => {
      attempt().then(
        (done) => (done || released ? undefined : later()),
        (error: unknown) => console.error('Cannot take the queue:', error),
      );
    }, RETRY_MS).unref();
  };
  if (!(await attempt())) {
    for (const other of siblings(socket)) void askToHandOver(other);
    later();
  }
  return {
    async release() {
      released = true;
      if (timer !== null) clearTimeout(timer);
      await lock?.release();
      lock = null;
    },
  };
}
