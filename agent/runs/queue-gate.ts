import type { Gpu, RunState } from '#protocol';
import type { QueuedRun, Scheduler } from './scheduler.ts';

/**
 * The queue as the rest of the agent sees it. Agents of several versions may serve one home on one host, and one of them alone
 * has the queue: in the others nothing is started, and what waits there is found by the owner in its directory.
 */
export class QueueGate implements Scheduler {
  #owned: Scheduler | null = null;

  get owned(): boolean {
    return this.#owned !== null;
  }

  /** From now on this agent's scheduler starts runs. It was restored already, or is about to be. */
  open(scheduler: Scheduler): void {
    this.#owned = scheduler;
  }

  /** From now on it doesn't; what it has started runs on. */
  async close(): Promise<void> {
    const owned = this.#owned;
    this.#owned = null;
    await owned?.close();
  }

  restore(known: Parameters<Scheduler['restore']>[0]): void {
    this.#owned?.restore(known);
  }

  submit(run: QueuedRun): void {
    this.#owned?.submit(run);
  }

  withdraw(id: string): void {
    this.#owned?.withdraw(id);
  }

  ended(id: string): void {
    this.#owned?.ended(id);
  }

  place(id: string): RunState['queue'] {
    return this.#owned?.place(id) ?? null;
  }

  get slots(): number {
    return this.#owned?.slots ?? 0;
  }

  get gpus(): readonly Gpu[] {
    return this.#owned?.gpus ?? [];
  }

  get taken(): readonly string[] {
    return this.#owned?.taken ?? [];
  }

  async looked(): Promise<void> {
    await this.#owned?.looked();
  }
}
