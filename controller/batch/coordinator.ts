import { isFinal, UserError, type RunState, type StopSignal } from '#protocol';
import { objectiveValue, type Objective } from '#controller/runs';
import { BatchCore } from './batch-core.ts';
import type { BatchAct, BatchEvent } from './batch-event.ts';
import type { BatchFile } from './batch-file.ts';
import { batchLine } from './batch-log.ts';
import type { Journal, Offered } from './journal.ts';
import type { TrialBook } from './trial-book.ts';
import type { Worker } from './worker.ts';

export interface CoordinatorInit {
  readonly batch: BatchFile;
  readonly book: TrialBook;
  /** What trials are judged by, where later ones are learned from it. */
  readonly objective: Objective;
  readonly journal: Journal;
  readonly log: (line: string) => void;
  /** Aborts when the batch is to stop, its reason the signal: its trials are stopped too, by the same. */
  readonly stopping: AbortSignal;
}

/**
 * Feeds a batch's trials to its hosts until each is over: takes what happens to the core, and does what that decides. It keeps no
 * truth: hosts say what became of trials, the journal where they were offered.
 */
export class Coordinator {
  readonly #init: CoordinatorInit;
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #workers = new Map<string, Worker>();
  /** What trials that ended gave, by trial and attempt. */
  readonly #measured = new Map<string, Promise<number | null>>();
  readonly #objectives = new Map<number, number | null>();
  #core: BatchCore | undefined;
  #isOver = false;
  #isEnding = false;
  // Promise.withResolvers came with Node 22, and a host's Node may be 20.
  #finish: (exitStatus: number) => void = () => undefined;
  readonly #finished = new Promise<number>((resolve) => (this.#finish = resolve));

  constructor(init: CoordinatorInit) {
    this.#init = init;
    this.#indexes = new Map(init.batch.trials.map(({ id }, index) => [id, index]));
  }

  /** The exit status of the batch: 0 when all its trials completed, else 1, or with `--fail-on-trial-error` that of the trial that ended it. */
  async run(workers: readonly Worker[]): Promise<number> {
    const { batch, journal, stopping } = this.#init;
    const { trials, options } = batch;
    for (const worker of workers) this.#workers.set(worker.name, worker);
    if (trials.length === 0) return 0;
    this.#core = new BatchCore(trials.length, { before: journal.read(), options, hosts: workers.length });
    for (const worker of workers) void this.#join(worker);
    const onStop = () => this.#on({ type: 'stop', signal: stopping.reason === 'INT' ? 'INT' : 'TERM' });
    stopping.addEventListener('abort', onStop, { once: true });
    const code = await this.#finished;
    this.#isOver = true;
    await Promise.all(workers.map(async (worker) => worker.settled()));
    return code;
  }

  /** One host that can't be had is told of, and the others go on; without any there is nothing to wait for. */
  async #join(worker: Worker): Promise<void> {
    const { name: host, opened } = worker;
    try {
      const prepared = await worker.prepare();
      // A trial that waits for a slot would know less than one that is proposed when the slot is free.
      const room = this.#init.book.learns ? { ...prepared, ahead: 0 } : prepared;
      let isLive = true;
      this.#on({ type: 'joined', host, room });
      opened.host.onLink((link) => {
        if (link.kind !== 'live' && isLive) this.#on({ type: 'left', host });
        if (link.kind === 'live' && !isLive) this.#on({ type: 'joined', host, room });
        isLive = link.kind === 'live';
      });
      await worker.follow();
    } catch (error) {
      if (this.#init.stopping.aborted || this.#isOver) return;
      this.#init.log(`ERROR: [sortie] ${reasonOf(error)}`);
      this.#on({ type: 'failed', host });
    }
  }

  /** What a host tells of a run; the same may be told any number of times. */
  take(host: string, state: RunState): void {
    const trial = this.#indexes.get(state.id);
    if (trial === undefined) return;
    if (!this.#init.book.learns || !isFinal(state.status)) this.#on({ type: 'told', host, trial, state });
    else void this.#takeMeasured(host, trial, state);
  }

  /** What follows from a trial's end needs to know what it gave. */
  async #takeMeasured(host: string, trial: number, state: RunState): Promise<void> {
    const key = `${trial}/${state.attempt}`;
    const measuring = this.#measured.get(key) ?? this.#measure(host, state);
    this.#measured.set(key, measuring);
    this.#objectives.set(trial, await measuring);
    this.#on({ type: 'told', host, trial, state });
  }

  /** The objective of a trial that ended; null where there is none to be had. */
  async #measure(host: string, state: RunState): Promise<number | null> {
    try {
      const { objective } = this.#init;
      const scalars = await this.#workers.get(host)?.finalScalars(state, objective.column.name);
      return objectiveValue(objective, scalars ?? state.scalars);
    } catch (error) {
      this.#init.log(`WARNING: [sortie] ${reasonOf(error)}`);
      return objectiveValue(this.#init.objective, state.scalars);
    }
  }

  /** A host has no such run any more. */
  gone(host: string, id: string): void {
    const trial = this.#indexes.get(id);
    if (trial !== undefined) this.#on({ type: 'gone', host, trial });
  }

  #on(event: BatchEvent): void {
    for (const act of this.#core?.on(event) ?? []) this.#do(act);
  }

  #do(act: BatchAct): void {
    const { batch, book, journal, log } = this.#init;
    switch (act.type) {
      case 'offer':
        if (act.isNew) journal.offered(act.trial, act.offered);
        void this.#offer(act.trial, act.offered);
        break;
      case 'take-back':
        void this.#takeBack(act.trial, act.offered);
        break;
      case 'say':
        log(batchLine(act, act.trial === null ? undefined : book.known(act.trial), batch));
        break;
      case 'over':
        this.#over(act);
        break;
      case 'withdraw':
        this.#isEnding = true;
        log(
          act.because === 'stop'
            ? 'INFO: [sortie] Stopping batch (pending trials can be started as needed)'
            : 'ERROR: [sortie] Stopping batch because a trial failed (pending trials can be started as needed)',
        );
        void this.#withdrawAll(act.signal).then(() => this.#finish(act.exitStatus));
        break;
      case 'finish':
        this.#finish(act.exitStatus);
        break;
    }
  }

  /** A loss that came to no number is a failure of its flags. */
  #over({ trial, outcome }: Extract<BatchAct, { readonly type: 'over' }>): void {
    const objective = this.#objectives.get(trial) ?? null;
    const isNumber = objective === null || Number.isFinite(objective);
    this.#init.book.ended(trial, {
      objective: outcome === 'completed' && isNumber ? objective : null,
      outcome: outcome === 'completed' && !isNumber ? 'failed' : outcome,
    });
  }

  async #offer(trial: number, offered: Offered): Promise<void> {
    const worker = this.#workers.get(offered.host);
    if (!worker) return;
    const { lease, attempt } = offered;
    try {
      const known = await this.#init.book.at(trial);
      // Meanwhile the batch may have come to its end.
      if (this.#init.stopping.aborted || this.#isEnding) return;
      this.take(offered.host, await worker.offer(known, { index: trial, lease, attempt }));
    } catch (error) {
      if (this.#init.stopping.aborted) return;
      const isRevoked = error instanceof UserError && error.code === 'revoked';
      this.#on({ type: 'refused', trial, offered, reason: reasonOf(error), isRevoked });
    }
  }

  /** A trial that waits on one host while a slot of another is free goes back to those that any host may have. */
  async #takeBack(trial: number, offered: Offered): Promise<void> {
    const worker = this.#workers.get(offered.host);
    const known = this.#init.book.known(trial);
    if (!worker || !known) return;
    const isBack = await worker.takeBack(known, offered.lease).catch((error: unknown) => {
      // The host is gone, or the batch is over: what is there stays there.
      if (!this.#init.stopping.aborted && !(error instanceof UserError))
        this.#init.log(`WARNING: [sortie] ${reasonOf(error)}`);
      return null;
    });
    this.#on({ type: 'back', trial, offered, isBack });
  }

  /** Ends what is live on hosts that can be reached. */
  async #withdrawAll(first: StopSignal): Promise<void> {
    const reachable = [...this.#workers.values()].filter(({ opened }) => opened.host.link.kind === 'live');
    await Promise.allSettled(reachable.map(async (worker) => worker.stop(first)));
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
