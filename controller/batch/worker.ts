import PQueue from 'p-queue';
import { isFinal, UserError, type GpuRequest, type HostInfo, type Input, type RunState } from '#protocol';
import { shipPlan, specOf, type DispatchContext, type Packed } from '#controller/dispatch';
import { trialPlan } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import { mirrorRun } from '#controller/runs';
import type { BatchOptions, Trial } from './batch-file.ts';
import type { HostRoom } from './placement.ts';

/** Runs of one host that are mirrored at a time. */
const MIRRORS = 64;

export interface WorkerInit {
  readonly opened: OpenedHost;
  readonly batch: {
    readonly id: string;
    readonly created: number;
    readonly packed: Packed;
    readonly options: BatchOptions;
  };
  readonly context: DispatchContext;
  /** What trials need there, where it was found out before; else it is shipped from here. */
  readonly inputs: readonly Input[] | null;
  /** Every state of this batch's trials that the host tells of. */
  readonly onTrial: (state: RunState) => void;
}

/** One host's part in a batch: prepares it once, offers trials to it, tells what becomes of them, and keeps their mirrors. */
export class Worker {
  readonly name: string;
  readonly opened: OpenedHost;
  readonly #init: WorkerInit;
  readonly #mirrors = new PQueue({ concurrency: MIRRORS });
  readonly #mirrored = new Set<string>();
  #inputs: readonly Input[] = [];
  #info: HostInfo | undefined;

  constructor(init: WorkerInit) {
    this.#init = init;
    this.opened = init.opened;
    this.name = init.opened.host.name;
  }

  /** Connects, ships, and gives the room that the host has. Waits for as long as the host takes to be there. */
  async prepare(): Promise<HostRoom> {
    const { batch, context, inputs } = this.#init;
    const { host, settings } = this.opened;
    const info = await host.info({ signal: context.signal });
    this.#info = info;
    this.#inputs = inputs ?? (await shipPlan(batch.packed, this.opened, context));
    const { gpusPerTrial, jobs } = batch.options;
    const each = gpusPerTrial === 'all' ? Math.max(1, info.gpus.length) : gpusPerTrial;
    const byGpus = this.#usesGpus ? Math.floor(info.gpus.length / each) : null;
    const slots = Math.max(1, byGpus ?? settings.slots ?? info.slots);
    const limited = jobs === null ? slots : jobs;
    return { slots: limited, ahead: 0 };
  }

  get #usesGpus(): boolean {
    return this.#init.batch.packed.plan.gpus.kind !== 'none' && (this.#info?.gpus.length ?? 0) > 0;
  }

  /** Offers a trial. The same offer again, after whatever cut, makes no second run of it. */
  async offer(trial: Trial, index: number, attempt: number): Promise<RunState> {
    const { batch, context } = this.#init;
    const { plan } = batch.packed;
    const packed: Packed = {
      ...batch.packed,
      plan: trialPlan(plan, trial.flags),
    };
    const spec = specOf(packed, this.opened, {
      id: trial.id,
      attempt,
      // Trials of a batch are in their order when runs are listed.
      initialized: batch.created + index,
      batch: { id: batch.id, index },
      gpus: this.#gpus(),
      inputs: this.#inputs,
      env: context.env,
    });
    return this.opened.host.putRun(spec, { stage: batch.options.stageTrials, signal: context.signal });
  }

  #gpus(): GpuRequest {
    const { plan } = this.#init.batch.packed;
    const { gpusPerTrial } = this.#init.batch.options;
    if (!this.#usesGpus || plan.gpus.kind === 'none') return { kind: 'none' };
    const { devices } = plan.gpus;
    return gpusPerTrial === 'all'
      ? { kind: 'all', devices }
      : { kind: 'count', count: gpusPerTrial, devices };
  }

  /** Tells of this batch's trials until the signal aborts. */
  async follow(): Promise<void> {
    const { batch, context, onTrial } = this.#init;
    for await (const event of this.opened.host.events({ signal: context.signal })) {
      if (event.type !== 'run' || event.run.batch !== batch.id) continue;
      this.#mirror(event.run);
      onTrial(event.run);
    }
  }

  /** A trial elsewhere is copied here from its start to its end. */
  #mirror({ id, status }: RunState): void {
    const { context } = this.#init;
    const isElsewhere = this.opened.target.kind !== 'local';
    if (!isElsewhere || this.#mirrored.has(id) || status === 'pending' || status === 'staged') return;
    this.#mirrored.add(id);
    void this.#mirrors
      .add(async () => mirrorRun(this.opened.host, id, { home: context.home, signal: context.signal }))
      .catch((error: unknown) => {
        if (context.signal?.aborted) return;
        this.#mirrored.delete(id);
        process.stderr.write(
          `WARNING: [sortie] mirror of ${id.slice(0, 8)}: ${error instanceof Error ? error.message : String(error)}\n`,
        );
      });
  }

  /** Every trial that ended has its mirror. */
  async settled(): Promise<void> {
    await this.#mirrors.onIdle();
  }

  /** Ends a trial there; one that is over already stays as it is. */
  async stop(id: string): Promise<void> {
    const { host } = this.opened;
    try {
      const state = await host.run(id);
      if (!isFinal(state.status)) await host.stop(id, { graceMs: STOP_GRACE_MS });
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'no-such-run') throw error;
    }
  }
}

/** Less than the grace that the coordinator itself has when its batch is stopped. ms */
const STOP_GRACE_MS = 15_000;
