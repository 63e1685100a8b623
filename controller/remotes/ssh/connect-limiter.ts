import { setTimeout } from 'node:timers/promises';
import PQueue from 'p-queue';
import { UserError } from '#protocol';

/** Connections that may be unauthenticated at a time at one sshd, whose MaxStartups drops some from 10 on by default. */
const AT_ONCE = 6;
/** Others connect too, so a few may be dropped all the same. */
const TRIES = 5;
const FIRST_WAIT_MS = 200;

/** Keeps every sshd, jump hosts included, from being asked by too many at once, and asks again where it dropped one for lack of room. */
export class ConnectLimiter {
  readonly #queues = new Map<string, PQueue>();

  /**
   * Runs `connect` when one of the places at `server` (`host:port`) is free; the place is given back when it settles, and while it
   * waits to try again.
   */
  async run<T>(server: string, connect: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(server, connect, signal);
      } catch (error) {
        if (!wasDropped(error) || attempt + 1 >= TRIES) throw error;
        await setTimeout(backoffMs(attempt, Math.random()), undefined, signal ? { signal } : {});
      }
    }
  }

  async #once<T>(server: string, connect: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const queue = this.#queues.get(server) ?? new PQueue({ concurrency: AT_ONCE });
    this.#queues.set(server, queue);
    try {
      return await queue.add(connect, signal ? { signal } : {});
    } finally {
      if (queue.size === 0 && queue.pending === 0) this.#queues.delete(server);
    }
  }
}

/** Milliseconds to wait after an attempt (from 0): twice as long each time, and spread so that many don't come back together. */
export function backoffMs(attempt: number, random: number): number {
  return FIRST_WAIT_MS * 2 ** attempt * (0.5 + random);
}

/** A server that penalises this address (OpenSSH 9.8) says so, and asking again only makes it longer. */
function wasDropped(error: unknown): boolean {
  return (
    error instanceof UserError && error.code === 'connection-dropped' && !/not allowed/i.test(error.message)
  );
}

export const processLimiter = new ConnectLimiter();
