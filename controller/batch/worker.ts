import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import {
  UserError,
  type GpuRequest,
  type HostInfo,
  type Input,
  type RunState,
  type StopSignal,
} from '#protocol';
import {
  resending,
  shipPlan,
  shipRendered,
  specOf,
  type DispatchContext,
  type Packed,
} from '#controller/dispatch';
import { trialPlan } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import { finalScalars, mirrorRun, pullRun, type Scalars } from '#controller/runs';
import type { BatchOptions, Trial } from './batch-file.ts';
import type { HostRoom } from './placement.ts';

/** Trials that wait on a host beyond its slots, at the least: a trial of no length must not cost a round trip. What waits in vain is taken back at the end. */
const LEAST_AHEAD = 4;

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
  readonly onTrial: (host: string, state: RunState) => void;
  /** A run that the host has no more. */
  readonly onGone: (host: string, id: string) => void;
}

/** An offer is known by these: the same again is the same offer. */
export interface Offer {
  readonly index: number;
  readonly attempt: number;
  /** Rises each time that a host gave the trial back. */
  readonly lease: number;
}

/** One host's part in a batch: prepares it once, offers trials to it, tells what becomes of them, and keeps their mirrors. */
export class Worker {
  readonly name: string;
  readonly opened: OpenedHost;
  readonly #init: WorkerInit;
  readonly #mirrors = new PQueue({ concurrency: MIRRORS });
  /** As many at a time as may start at once: a trial never gets there before one that is due before it, and takes its slot. */
  readonly #offers = new PQueue({ concurrency: 1 });
  /** The last attempt of each trial that is copied, or was. */
  readonly #mirrored = new Map<string, { readonly attempt: number; readonly done: Promise<void> }>();
  /** Those whose mirror failed, with the attempt. */
  readonly #missed = new Map<string, number>();
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
    const { host } = this.opened;
    const info = await host.info({ signal: context.signal });
    this.#info = info;
    this.#inputs = inputs ?? (await shipPlan(batch.packed, this.opened, context));
    const slots = this.#slots() ?? this.#slotsByDevices(info);
    this.#offers.concurrency = Math.max(1, slots);
    return { slots, ahead: Math.max(LEAST_AHEAD, slots) };
  }

  /** Trials at a time, where the user says so. */
  #slots(): number | undefined {
    return this.#init.batch.options.jobs ?? this.opened.settings.slots;
  }

  /** The host's own count is of one device a trial. */
  #slotsByDevices({ gpus, slots }: HostInfo): number {
    const { gpusPerTrial } = this.#init.batch.options;
    if (!this.#usesGpus) return gpus.length > 0 ? 1 : slots;
    return gpusPerTrial === 'all' ? 1 : Math.max(1, Math.floor(gpus.length / gpusPerTrial));
  }

  get #usesGpus(): boolean {
    return this.#init.batch.packed.plan.gpus.kind !== 'none' && (this.#info?.gpus.length ?? 0) > 0;
  }

  /** Offers a trial. The same offer again, after whatever cut, makes no second run of it. */
  async offer(trial: Trial, offer: Offer): Promise<RunState> {
    return this.#offers.add(async () => this.#put(trial, offer, this.#init.batch.options.stageTrials));
  }

  /** The same, but the trial waits to be started. */
  async stage(trial: Trial, offer: Offer): Promise<RunState> {
    return this.#offers.add(async () => this.#put(trial, offer, true));
  }

  async #put(trial: Trial, { index, attempt, lease }: Offer, stage: boolean): Promise<RunState> {
    const { batch, context } = this.#init;
    const { plan } = batch.packed;
    const packed: Packed = {
      ...batch.packed,
      plan: trialPlan(plan, trial.flags),
    };
    return resending(async (thorough) => {
      const sending = { ...context, thorough };
      if (thorough && this.#init.inputs === null) await shipPlan(batch.packed, this.opened, sending);
      const spec = specOf(packed, this.opened, {
        id: trial.id,
        attempt,
        // Trials of a batch are in their order when runs are listed.
        initialized: batch.created + index,
        batch: { id: batch.id, index },
        gpus: this.#gpus(),
        inputs: [...this.#inputs, ...(await shipRendered(packed.plan, this.opened, sending))],
        env: context.env,
      });
      const slots = this.#slots();
      const leased = { ...spec, lease, ...(slots === undefined ? {} : { slots }) };
      const state = await this.opened.host.putRun(leased, { stage, signal: context.signal });
      // The batch may be over before the host tells of it, where a coordinator before this one had the trial run.
      this.#mirror(state);
      return state;
    });
  }

  #gpus(): GpuRequest {
    const { plan } = this.#init.batch.packed;
    const { gpusPerTrial } = this.#init.batch.options;
    if (!this.#usesGpus || plan.gpus.kind === 'none') return { kind: 'none' };
    const devices = plan.gpus.devices ?? this.opened.settings.gpus?.split(',') ?? null;
    return gpusPerTrial === 'all'
      ? { kind: 'all', devices }
      : { kind: 'count', count: gpusPerTrial, devices };
  }

  /** Tells of this batch's trials until the signal aborts. */
  async follow(): Promise<void> {
    const { batch, context, onTrial, onGone } = this.#init;
    for await (const event of this.opened.host.events({ signal: context.signal })) {
      if (event.type === 'removed') onGone(this.name, event.id);
      if (event.type !== 'run' || event.run.batch !== batch.id) continue;
      this.#mirror(event.run);
      onTrial(this.name, event.run);
    }
  }

  /** Each attempt of a trial elsewhere is copied here from its start to its end; one that is only to be staged, as it is then. */
  #mirror({ id, status, attempt }: Pick<RunState, 'id' | 'status' | 'attempt'>): void {
    const { context, batch } = this.#init;
    const { stageTrials } = batch.options;
    const isElsewhere = this.opened.target.kind !== 'local';
    const isDue = status === 'staged' ? stageTrials : status !== 'pending';
    const before = this.#mirrored.get(id);
    if (!isElsewhere || !isDue || (before !== undefined && before.attempt >= attempt)) return;
    const copy = async () => {
      await before?.done;
      await mirrorRun(this.opened.host, id, {
        home: context.home,
        signal: context.signal,
        follow: !stageTrials,
      });
      this.#missed.delete(id);
    };
    const done = this.#mirrors.add(copy).catch((error: unknown) => {
      if (context.signal?.aborted) return;
      this.#missed.set(id, attempt);
      process.stderr.write(
        `WARNING: [sortie] mirror of ${id.slice(0, 8)}: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    });
    this.#mirrored.set(id, { attempt, done });
  }

  /** All scalars of a trial that has ended. Where its output doesn't have the one that is needed, its own events files may: they are brought here. */
  async finalScalars({ id, scalars }: Pick<RunState, 'id' | 'scalars'>, needed: string): Promise<Scalars> {
    const { home, signal } = this.#init.context;
    await this.#mirrored.get(id)?.done;
    if (scalars[needed] !== undefined) return scalars;
    if (this.opened.target.kind !== 'local')
      await pullRun(this.opened.host, id, { home, paths: ['*.tfevents.*'], signal }).catch(
        (error: unknown) => {
          if (!(error instanceof UserError) || error.code !== 'no-such-file') throw error;
        },
      );
    return finalScalars(join(home, 'runs', id), scalars);
  }

  /** Every trial that ended has its mirror; what failed is tried once more. */
  async settled(): Promise<void> {
    await this.#mirrors.onIdle();
    for (const [id, attempt] of this.#missed) {
      this.#mirrored.delete(id);
      this.#mirror({ id, status: 'completed', attempt });
    }
    await this.#mirrors.onIdle();
  }

  /** Takes back a trial that has not started; false where it has. Once true, no offer under that lease starts it there any more. */
  async takeBack({ id }: Trial, lease: number): Promise<boolean> {
    return (await this.opened.host.revoke(id, lease, { signal: this.#init.context.signal })) === 'revoked';
  }

  /** Ends all of the batch's trials there, those that wait and those that run, and offers none any more. */
  async stop(first: StopSignal): Promise<void> {
    this.#offers.pause();
    this.#offers.clear();
    // One that is on its way would come when the others are stopped, and start.
    const late = sleep(OFFER_MS, undefined, { ref: false });
    await Promise.race([this.#offers.onPendingZero(), late]);
    await this.opened.host.stopBatch(this.#init.batch.id, { first, graceMs: STOP_GRACE_MS });
  }
}

/** An offer that takes longer, ms, is to a host that can't be spoken with now. */
const OFFER_MS = 5_000;
/** Less than the grace that the coordinator itself has when its batch is stopped. ms */
const STOP_GRACE_MS = 15_000;
