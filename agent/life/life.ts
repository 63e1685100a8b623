import type { ServerHttp2Session } from 'node:http2';
import type { Agent } from './agent.ts';
import type { QueueOwner } from './queue-owner.ts';

/** Between two looks at whether anybody still needs the agent, in ms. */
const LOOK_MS = 1000;
/** Somebody who sleeps, or whose link died without a word, is asked this often whether they are still there, and let go when they don't say so by the next time. Ms. */
const PING_MS = 10 * 60_000;

/** How long an agent stays: while somebody is connected or a run of its queue is alive, and a while longer. */
export class Life {
  /** Resolves when it is time to go. */
  readonly over: Promise<void>;
  readonly #agent: Agent;
  readonly #owner: QueueOwner;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #timer: NodeJS.Timeout;
  #idleMs: number;
  #since = performance.now();
  /** Another agent has the queue now, and looks after the runs. */
  #handedOver = false;
  #leave: () => void = () => undefined;

  constructor(agent: Agent, owner: QueueOwner, idleMs: number) {
    this.#agent = agent;
    this.#owner = owner;
    this.#idleMs = idleMs;
    this.over = new Promise((resolve) => {
      this.#leave = resolve;
    });
    agent.server.on('session', (session: ServerHttp2Session) => {
      // Whoever comes gets an agent of the home that is there now.
      if (!agent.tendHome()) {
        session.destroy();
        this.#leave();
        return;
      }
      this.#sessions.add(session);
      const stopAsking = endWhenSilent(session);
      session.on('close', () => {
        stopAsking();
        this.#sessions.delete(session);
      });
    });
    this.#timer = setInterval(() => this.#look(), Math.min(LOOK_MS, Math.max(10, idleMs / 4)));
  }

  leave(): void {
    this.#leave();
  }

  /** From now on the agent leaves as soon as it has nothing to do; with `handover` runs are another agent's to look after. */
  retire(handover: boolean): void {
    this.#idleMs = 0;
    if (!handover || this.#handedOver) return;
    this.#handedOver = true;
    this.#agent
      .closeQueue()
      .then(() => this.#owner.release())
      .catch((error: unknown) => console.error('Cannot hand over the queue:', error));
  }

  /** Ends all that the agent does; runs go on. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#agent.server.close();
    for (const session of this.#sessions) session.destroy();
    await this.#agent.close();
    await this.#owner.release();
  }

  #look(): void {
    // A home that was removed has nothing left to look after, nor anybody who could ask for it.
    if (!this.#agent.tendHome()) this.#leave();
    const now = performance.now();
    const busy = this.#sessions.size > 0 || (!this.#handedOver && this.#agent.registry.busy);
    if (busy) this.#since = now;
    else if (now - this.#since >= this.#idleMs) this.#leave();
  }
}

/** Ends a session whose other end no longer answers; returns how to stop that. */
export function endWhenSilent(session: ServerHttp2Session, everyMs = PING_MS): () => void {
  let isAwaited = false;
  const timer = setInterval(() => {
    if (isAwaited) return session.destroy();
    isAwaited = session.ping(() => (isAwaited = false));
  }, everyMs).unref();
  return () => clearInterval(timer);
}
