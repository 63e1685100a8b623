import PQueue from 'p-queue';

/** Connections that may be unauthenticated at a time at one sshd, whose MaxStartups drops some from 10 on by default. */
const AT_ONCE = 6;

/** Keeps every sshd, jump hosts included, from being asked by too many at once. */
export class ConnectLimiter {
  readonly #queues = new Map<string, PQueue>();

  /** Runs `connect` when one of the places at `server` (`host:port`) is free; the place is given back when it settles. */
  async run<T>(server: string, connect: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const queue = this.#queues.get(server) ?? new PQueue({ concurrency: AT_ONCE });
    this.#queues.set(server, queue);
    try {
      return await queue.add(connect, signal ? { signal } : {});
    } finally {
      if (queue.size === 0 && queue.pending === 0) this.#queues.delete(server);
    }
  }
}

export const processLimiter = new ConnectLimiter();
