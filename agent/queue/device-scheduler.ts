import { userInfo } from 'node:os';
import type { Gpu, RunState } from '#protocol';
import {
  deviceName,
  heldDevices,
  holdDevices,
  NO_DEVICES,
  visibleDevices,
  type Device,
  type Found,
  type HeldDevices,
} from '../gpus/index.ts';
import type { Grant } from '../launch/index.ts';
import type { Platform } from '../platform/index.ts';
import type { HoldingRun, QueuedRun, Scheduler, SchedulerContext } from '../runs/index.ts';
import { askOf } from './ask.ts';
import { busyWith } from './busy.ts';
import { gpuList } from './gpu-list.ts';
import { decide, type Busy, type Waiting } from './decide.ts';
import { FirstAnswer } from './first-answer.ts';
import { Places } from './places.ts';
import { WaitingLine } from './waiting-line.ts';

/** What the disk refused to start, and a device that somebody else was faster to lock, is tried again after this, in ms. */
const AGAIN_MS = 1000;

/** The watch on the devices. */
export interface Watch {
  readonly found: Found;
  /** True when what is found is so now. */
  readonly fresh: boolean;
  /** Has the devices looked at from now on, for a while at least. */
  need(): void;
  close(): void;
}

export interface DeviceSchedulerContext extends SchedulerContext {
  readonly platform: Pick<Platform, 'lockAddress' | 'heldByOthers' | 'processStart'>;
  /** Opens the watch; it calls `onFound` with every answer, and looks for as long as `wanted`. */
  readonly watch: (options: { readonly wanted: () => boolean; readonly onFound: () => void }) => Watch;
  /** True while somebody looks at the devices. */
  readonly watched: () => boolean;
}

/** The host's queue: starts who fits, with the devices that it is given locked for as long as it lives. */
export class DeviceScheduler implements Scheduler {
  readonly #context: DeviceSchedulerContext;
  readonly #line = new WaitingLine();
  readonly #places: Places;
  readonly #holding = new Map<string, { readonly trial: boolean; readonly devices: readonly string[] }>();
  readonly #watch: Watch;
  readonly #user = userInfo().username;
  #again: NodeJS.Timeout | null = null;
  #closed = false;
  #told = '';
  readonly #firstAnswer = new FirstAnswer();

  constructor(context: DeviceSchedulerContext) {
    this.#context = context;
    this.#places = new Places(this.#line, context.onPlaces);
    this.#watch = context.watch({
      wanted: () => this.#line.size > 0 || this.#holdsDevices || context.watched(),
      onFound: () => {
        this.#firstAnswer.came();
        this.#decide();
        this.#tellGpus();
      },
    });
  }

  restore({ waiting, holding }: Parameters<Scheduler['restore']>[0]): void {
    for (const run of holding) this.#hold(run);
    for (const run of waiting) if (!this.#holding.has(run.spec.id)) this.#line.add(run);
    this.#decide();
  }

  submit(run: QueuedRun): void {
    this.#line.add(run);
    this.#decide();
  }

  withdraw(id: string): void {
    this.ended(id);
  }

  ended(id: string): void {
    const held = this.#holding.delete(id);
    if (this.#line.remove(id) || held) this.#decide();
  }

  place(id: string): RunState['queue'] {
    return this.#places.of(id);
  }

  get slots(): number {
    return Math.max(1, this.#devices.length);
  }

  get gpus(): readonly Gpu[] {
    this.#watch.need();
    const ours = this.#ours();
    const locked = heldDevices(this.#context.platform);
    return this.#devices.map(({ vendor: _vendor, part: _part, ...gpu }) => ({
      ...gpu,
      heldBy: ours.get(gpu.uuid) ?? locked.get(gpu.uuid)?.said?.run ?? null,
    }));
  }

  /** Devices that another user holds without a process on them, in words. */
  get taken(): readonly string[] {
    const locked = heldDevices(this.#context.platform);
    return this.#devices.flatMap((device) => {
      const holder = locked.get(device.uuid);
      if (holder?.isOther !== true || device.processes.length > 0) return [];
      const whose = holder.said === null ? 'names no run' : `says it is run ${holder.said.run}`;
      return [`GPU ${deviceName(device)} is locked by another user, who ${whose} and has no process on it`];
    });
  }

  async looked(): Promise<void> {
    this.#watch.need();
    if (this.#watch.found.kind === 'seeking') await this.#firstAnswer.wait();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#again !== null) clearTimeout(this.#again);
    this.#places.close();
    this.#watch.close();
  }

  get #holdsDevices(): boolean {
    return [...this.#holding.values()].some(({ devices }) => devices.length > 0);
  }

  get #devices(): readonly Device[] {
    const { found } = this.#watch;
    return found.kind === 'devices' ? found.devices : [];
  }

  #hold({ spec, devices }: HoldingRun): void {
    this.#holding.set(spec.id, { trial: spec.batch !== null, devices });
  }

  #tellGpus(): void {
    const gpus = this.gpus;
    const text = JSON.stringify(gpus);
    if (text !== this.#told) this.#context.onGpus(gpus);
    this.#told = text;
  }

  #ours(): Map<string, string> {
    return new Map(
      [...this.#holding].flatMap(([id, { devices }]) => devices.map((uuid) => [uuid, id] as const)),
    );
  }

  #decide(): void {
    if (this.#closed) return;
    const { waiting, words } = this.#asks();
    const called = (uuid: string) => {
      const device = this.#devices.find((each) => each.uuid === uuid);
      return device === undefined ? 'unknown' : deviceName(device);
    };
    const runningTrials = [...this.#holding.values()].filter(({ trial }) => trial).length;
    const { starts, waits } = decide(waiting, { busy: this.#busy(waiting), called, runningTrials });
    for (const { id, waitsFor } of waits) words.set(id, waitsFor);
    for (const { id, devices } of starts)
      if (!this.#start(id, devices)) {
        words.set(id, `${gpuList(devices.map(called))} taken by another run just now`);
        this.#decideAgain();
      }
    this.#places.set(words);
  }

  /** What each waiting run asks for; and of whom that can't be said yet, the reason. */
  #asks(): { readonly waiting: Waiting[]; readonly words: Map<string, string> } {
    const waiting: Waiting[] = [];
    const words = new Map<string, string>();
    for (const { spec } of this.#line.all) {
      if (spec.gpus.kind !== 'none' && !this.#watch.fresh) {
        this.#watch.need();
        words.set(
          spec.id,
          this.#watch.found.kind === 'seeking' ? 'the GPUs to be found' : 'the GPUs to answer',
        );
        continue;
      }
      const ask = askOf(spec, this.#devices);
      if (ask.kind !== 'impossible') {
        waiting.push({ id: spec.id, ask, trial: spec.batch !== null, slots: spec.slots ?? this.slots });
        continue;
      }
      words.set(spec.id, ask.reason);
      this.#context.launcher.refuse(spec.id, ask.reason).catch((error: unknown) => {
        console.error(`Cannot refuse ${spec.id}:`, error);
      });
    }
    return { waiting, words };
  }

  #busy(waiting: readonly Waiting[]): Map<string, Busy> {
    if (!waiting.some(({ ask }) => ask.kind === 'devices')) return new Map();
    const context = {
      ours: this.#ours(),
      locked: heldDevices(this.#context.platform),
      user: this.#user,
      isAlive: (pid: number) => this.#context.platform.processStart(pid) !== null,
    };
    return new Map(
      this.#devices.flatMap((device) => {
        const busy = busyWith(device, context);
        return busy === null ? [] : [[device.uuid, busy] as const];
      }),
    );
  }

  /** Starts a run with its devices locked; false when somebody else was faster. */
  #start(id: string, devices: readonly string[]): boolean {
    const run = this.#line.get(id);
    if (run === undefined) return true;
    const locks = holdDevices(devices, id, this.#context.platform);
    if (locks === null) return false;
    this.#line.remove(id);
    this.#hold({ spec: run.spec, devices });
    const { descriptors } = locks;
    void this.#launch(run, { devices, variables: this.#variables(run, devices), descriptors }, locks);
    return true;
  }

  #variables({ spec }: QueuedRun, uuids: readonly string[]): Readonly<Record<string, string>> {
    if (uuids.length > 0)
      return visibleDevices(
        uuids.flatMap((uuid) => this.#devices.find((device) => device.uuid === uuid) ?? []),
      );
    const hidden = spec.gpus.kind === 'none' && spec.environment.variables['CUDA_VISIBLE_DEVICES'] === '';
    return hidden ? NO_DEVICES : {};
  }

  async #launch(run: QueuedRun, grant: Grant, locks: HeldDevices): Promise<void> {
    const { id } = run.spec;
    try {
      await this.#context.launcher.start(id, grant);
    } catch (error) {
      console.error(`Cannot launch ${id}, which waits on:`, error);
      if (this.#holding.delete(id)) this.#line.add(run);
      this.#decideAgain();
    } finally {
      locks.release();
    }
  }

  #decideAgain(): void {
    this.#again ??= setTimeout(() => {
      this.#again = null;
      this.#decide();
    }, AGAIN_MS).unref();
  }
}
