import { isFinal, shortId, type RunState } from '#protocol';
import { encodeValue } from '#controller/operation';
import type { BatchFile, Trial } from './batch-file.ts';
import type { Journal } from './journal.ts';
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
  readonly #places: Map<number, string>;
  /** Offers of a coordinator before this one, by trial. */
  readonly #before: ReadonlyMap<number, string>;
  readonly #workers = new Map<string, Worker>();
  readonly #attempts = new Map<number, number>();
  readonly #started = new Set<number>();
  readonly #over = new Set<number>();
  readonly #placement: Placement;
  readonly #finished = Promise.withResolvers<number>();

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
    const code = await this.#finished.promise;
    await Promise.all(workers.map(async (worker) => worker.settled()));
    return code;
  }

  /** One host that can't be had is told of, and the others go on; without any there is nothing to wait for. */
  async #work(workers: readonly Worker[]): Promise<void> {
    const results = await Promise.allSettled(workers.map(async (worker) => this.#join(worker)));
    const failed = results.filter((each) => each.status === 'rejected');
    if (failed.length === workers.length) this.#finished.resolve(1);
  }

  async #join(worker: Worker): Promise<void> {
    const { name, opened } = worker;
    const room = await worker.prepare().catch((error: unknown) => {
      this.#init.log(`ERROR: [sortie] ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    });
    this.#placement.join(name, room);
    for (const [trial, host] of this.#places)
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
    const before = [...this.#before].filter(([, host]) => host === worker.name);
    for (const [trial] of before) await this.#offer(worker.name, trial);
    this.#feed();
  }

  #feed(): void {
    if (this.#init.stopping.aborted) return;
    for (const { host, trial } of this.#placement.assign()) {
      this.#init.journal.offered(trial, host);
      this.#places.set(trial, host);
      void this.#offer(host, trial);
    }
  }

  async #offer(host: string, index: number): Promise<void> {
    const worker = this.#workers.get(host);
    const trial = this.#trials[index];
    if (!worker || !trial) return;
    try {
      this.take(await worker.offer(trial, index, this.#attempts.get(index) ?? 1));
    } catch (error) {
      if (this.#init.stopping.aborted) return;
      this.#init.log(
        `ERROR: [sortie] Trial ${shortId(trial.id)} could not be started on ${host}: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.#end(index, { host, passed: false, exitStatus: 1 });
    }
  }

  /** What a host tells of a trial; the same may be told any number of times. */
  take(state: RunState): void {
    const index = this.#indexes.get(state.id);
    if (index === undefined || this.#over.has(index)) return;
    const host = this.#places.get(index) ?? '';
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
      return void this.#offer(host, index);
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
    if (!passed && this.#init.batch.options.failOnTrialError && !this.#init.stopping.aborted) {
      this.#init.log(
        `ERROR: [sortie] Stopping batch because a trial failed (pending trials can be started as needed)`,
      );
      void this.#withdrawAll().then(() =>
        this.#finished.resolve(exitStatus === 0 ? 1 : Math.abs(exitStatus)),
      );
      return;
    }
    if (this.#over.size === this.#trials.length) this.#finished.resolve(0);
    else this.#feed();
  }

  async #stop(): Promise<void> {
    this.#init.log('INFO: [sortie] Stopping batch (pending trials can be started as needed)');
    await this.#withdrawAll();
    this.#finished.resolve(143);
  }

  /** Ends what is live on hosts that can be reached. */
  async #withdrawAll(): Promise<void> {
    const live = [...this.#places].filter(([trial]) => !this.#over.has(trial));
    await Promise.allSettled(
      live.map(async ([trial, host]) => {
        const worker = this.#workers.get(host);
        if (worker?.opened.host.link.kind === 'live') await worker.stop((this.#trials[trial] as Trial).id);
      }),
    );
  }

  #words({ flags }: Trial): string {
    const words = [...flags]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${encodeValue(value)}`);
    return `${this.#init.batch.plan.displayName} (${words.join(', ')})`;
  }
}
