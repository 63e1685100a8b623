import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ask } from './ask.ts';
import { queueKey, type AgentIdentity } from './identity.ts';
import { takeLock, type Lock } from './lock.ts';
import { knownPlaces } from './socket-place.ts';

/** Between two tries to take the queue over from an agent that is leaving, in ms. */
const RETRY_MS = 250;

/** Sockets of agents of this host, user and home, of whatever version: their names begin alike. */
export function siblings(identity: AgentIdentity): string[] {
  const prefix = `${queueKey(identity)}-`;
  const folders = new Set(knownPlaces(identity).map(({ socket }) => dirname(socket)));
  return [...folders].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.startsWith(prefix) && !name.includes('.'))
      .map((name) => join(folder, name)),
  );
}

export interface QueueOwner {
  /** Lets the queue go, or gives up waiting for it. */
  release(): Promise<void>;
}

/**
 * Takes the queue of this host, user and home: at once when it is free, else from the agent that has it, which is asked to hand
 * it over because a newer one has come. `onOwned` is called once, when it is ours.
 */
export async function ownQueue(
  addresses: readonly string[],
  identity: AgentIdentity,
  onOwned: () => void,
): Promise<QueueOwner> {
  let lock: Lock | null = null;
  let released = false;
  let timer: NodeJS.Timeout | null = null;
  const attempt = async (): Promise<boolean> => {
    const taken = await takeLock(addresses);
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
    // This one doesn't listen yet.
    for (const other of siblings(identity)) void ask(other, 'POST', '/shutdown?handover=1');
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
