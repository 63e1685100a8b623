import { isFinal, shortId, UserError, type RunState } from '#protocol';
import { encodeValue } from '#controller/operation';
import type { BatchFile, Trial } from './batch-file.ts';
import type { Journal, Offered } from './journal.ts';
import { Placement } from './placement.ts';
import type { Worker } from './worker.ts';

export interface CoordinatorInit {
  readonly batch: BatchFile;
  readonly journal: Journal;
  readonly log: (line: string) => void;
  /** Aborts when the batch is to stop: its trials are stopped too. */
  readonly stopping: AbortSignal;
}

/** Feeds a batch's trials to its hosts until each is over. It keeps no truth: hosts say what became of trials, the journal where they were offered. */
export class Coordinator {
  readonly #init: CoordinatorInit;
  readonly #trials: readonly Trial[];
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #places: Map<number, Offered>;
  /** Offers of a coordinator before this one, by trial. */
  readonly #before: ReadonlyMap<number, Offered>;
  readonly #workers = new Map<string, Worker>();
  readonly #attempts = new Map<number, number>();
  readonly #started = new Set<number>();
  readonly #over = new Set<number>();
  readonly #placement: Placement;
  #failed = false;
  // Promise.withResolvers came with Node 22, and a host's Node may be 20.
  #finish: (exitStatus: number) => void = () => undefined;
  readonly #finished = new Promise<number>((resolve) => (this.#finish = resolve));

  constructor(init: CoordinatorInit) {
    this.#init = init;
    this.#trials = init.batch.trials;
    this.#indexes = new Map(this.#trials.map(({ id }, index) => [id, index]));
    this.#before = init.journal.read();
    this.#places = new Map(this.#before);
    const unplaced = this.#trials.map((_, index) => index).filter((index) => !this.#places.has(index));
    this.#placement = new Placement(unplaced, { canary: init.batch.options.canary });
  }

  /** The exit status of the batch: 0, or with `--fail-on-trial-error` that of the trial that ended it. */
  async run(workers: readonly Worker[]): Promise<number> {
    const { stopping } = this.#init;
    for (const worker of workers) this.#workers.set(worker.name, worker);
    if (this.#trials.length === 0) return 0;
    void this.#work(workers);
    stopping.addEventListener('abort', () => void this.#stop(), { once: true });
    const code = await this.#finished;
    await Promise.all(workers.map(async (worker) => worker.settled()));
    return code;
  }

  /** One host that can't be had is told of, and the others go on; without any there is nothing to wait for. */
  async #work(workers: readonly Worker[]): Promise<void> {
    const results = await Promise.allSettled(workers.map(async (worker) => this.#join(worker)));
    const failed = results.filter((each) => each.status === 'rejected');
    if (failed.length === workers.length) this.#finish(1);
  }

  async #join(worker: Worker): Promise<void> {
    const { name, opened } = worker;
    const room = await worker.prepare().catch((error: unknown) => {
      this.#init.log(`ERROR: [sortie] ${reasonOf(error)}`);
      throw error;
    });
    this.#placement.join(name, room);
    for (const [trial, { host }] of this.#places)
      if (host === name && !this.#over.has(trial)) this.#placement.found(name, trial);
    opened.host.onLink((link) => {
      if (link.kind === 'lost') this.#placement.leave(name);
      if (link.kind === 'live') this.#placement.join(name, room);
      this.#feed();
    });
    await Promise.all([worker.follow(), this.#offerAgain(worker)]);
  }

  /** Trials that were offered before this coordinator came: the offer is repeated, which makes no second run of it. */
  async #offerAgain(worker: Worker): Promise<void> {
    const before = [...this.#before].filter(([, { host }]) => host === worker.name);
    for (const [trial, offered] of before) await this.#offer(trial, offered);
    this.#feed();
  }

  #feed(): void {
    if (this.#init.stopping.aborted || this.#failed) return;
    for (const { host, trial } of this.#placement.assign()) {
      const lease = (this.#places.get(trial)?.lease ?? -1) + 1;
      this.#place(trial, { host, lease });
    }
    for (const { host, trial } of this.#placement.surplus(this.#started)) void this.#takeBack(host, trial);
  }

  #place(trial: number, offered: Offered): void {
    this.#init.journal.offered(trial, offered);
    this.#places.set(trial, offered);
    void this.#offer(trial, offered);
  }

  async #offer(index: number, offered: Offered): Promise<void> {
    const { host, lease } = offered;
    const worker = this.#workers.get(host);
    const trial = this.#trials[index];
    if (!worker || !trial) return;
    try {
      this.take(await worker.offer(trial, { index, lease, attempt: this.#attempts.get(index) ?? 1 }));
    } catch (error) {
      if (this.#init.stopping.aborted || this.#places.get(index) !== offered) return;
      // A coordinator before this one took it back and ended before it could offer it anew.
      if (error instanceof UserError && error.code === 'revoked')
        return this.#place(index, { host, lease: lease + 1 });
      this.#init.log(
        `ERROR: [sortie] Trial ${shortId(trial.id)} could not be started on ${host}: ${reasonOf(error)}`,
      );
      this.#end(index, { host, passed: false, exitStatus: 1 });
    }
  }

  /** A trial that waits on one host while a slot of another is free goes back to those that any host may have. */
  async #takeBack(host: string, index: number): Promise<void> {
    const worker = this.#workers.get(host);
    const trial = this.#trials[index];
    const offered = this.#places.get(index);
    if (!worker || !trial || !offered) return;
    try {
      const isBack = await worker.takeBack(trial, offered.lease);
      this.#placement.settled(index);
      if (!isBack || this.#over.has(index)) return;
      this.#placement.over(host, index, { again: true });
      this.#feed();
    } catch (error) {
      // The host is gone, or the batch is over: what is there stays there.
      this.#placement.settled(index);
      if (!this.#init.stopping.aborted && !(error instanceof UserError))
        this.#init.log(`WARNING: [sortie] ${reasonOf(error)}`);
    }
  }

  /** What a host tells of a trial; the same may be told any number of times. */
  take(state: RunState): void {
    const index = this.#indexes.get(state.id);
    if (index === undefined || this.#over.has(index)) return;
    const { host, lease } = this.#places.get(index) ?? { host: '', lease: 0 };
    const attempt = this.#attempts.get(index) ?? 1;
    if (state.attempt < attempt) return;
    const { log, batch } = this.#init;
    const trial = this.#trials[index] as Trial;
    const id = shortId(state.id);
    if (state.status === 'staged' && batch.options.stageTrials) {
      log(`INFO: [sortie] Staged trial ${id} on ${host}: ${this.#words(trial)}`);
      return this.#end(index, { host, passed: true, exitStatus: 0 });
    }
    if (state.status !== 'pending' && !this.#started.has(index)) {
      this.#started.add(index);
      log(`INFO: [sortie] Running trial ${id} on ${host}: ${this.#words(trial)}`);
    }
    if (!isFinal(state.status)) return;
    if (state.status === 'lost' && attempt <= batch.options.retries) {
      log(`WARNING: [sortie] Trial ${id} was lost on ${host} (${state.reason ?? ''}), running it again`);
      this.#attempts.set(index, attempt + 1);
      this.#started.delete(index);
      return this.#place(index, { host, lease });
    }
    if (state.status === 'error')
      log(
        `ERROR: [sortie] Trial ${id} exited with an error (${state.exitStatus ?? state.reason ?? ''}) - see log for details`,
      );
    if (state.status === 'terminated') log(`INFO: [sortie] Trial ${id} was terminated`);
    if (state.status === 'lost')
      log(`ERROR: [sortie] Trial ${id} was lost on ${host}: ${state.reason ?? ''}`);
    this.#end(index, { host, passed: state.status === 'completed', exitStatus: state.exitStatus ?? 1 });
  }

  #end(
    index: number,
    { host, passed, exitStatus }: { host: string; passed: boolean; exitStatus: number },
  ): void {
    this.#over.add(index);
    this.#placement.over(host, index, { passed });
    // What is stopped because of the first failure is no failure of its own.
    if (this.#failed) return;
    if (!passed && this.#init.batch.options.failOnTrialError && !this.#init.stopping.aborted) {
      this.#failed = true;
      this.#init.log(
        `ERROR: [sortie] Stopping batch because a trial failed (pending trials can be started as needed)`,
      );
      void this.#withdrawAll().then(() => this.#finish(exitStatus === 0 ? 1 : Math.abs(exitStatus)));
      return;
    }
    if (this.#over.size === this.#trials.length) this.#finish(0);
    else this.#feed();
  }

  async #stop(): Promise<void> {
    this.#init.log('INFO: [sortie] Stopping batch (pending trials can be started as needed)');
    await this.#withdrawAll();
    this.#finish(143);
  }

  /** Ends what is live on hosts that can be reached. */
  async #withdrawAll(): Promise<void> {
    const reachable = [...this.#workers.values()].filter(({ opened }) => opened.host.link.kind === 'live');
    await Promise.allSettled(reachable.map(async (worker) => worker.stop()));
  }

  #words({ flags }: Trial): string {
    const words = [...flags]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${encodeValue(value)}`);
    return `${this.#init.batch.plan.displayName} (${words.join(', ')})`;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
