import type { Gpu, RunSpec, RunState } from '#protocol';
import type { Launcher } from '../launch/launcher.ts';

/** A run as the queue sees it. */
export interface QueuedRun {
  readonly spec: RunSpec;
  /** When it began to wait, in µs since the epoch. */
  readonly since: number;
}

/** A run that has devices: one that this agent launched, or that an earlier one did and that lives on. */
export interface HoldingRun {
  readonly spec: RunSpec;
  /** UUIDs, as its grant had them. */
  readonly devices: readonly string[];
}

/**
 * Decides which waiting run may start now and with which devices, and has the launcher start it. It holds no truth: what waits
 * and what runs is told to it, at first all at once (`restore`) and then one by one. None of its methods throws or waits.
 */
export interface Scheduler {
  restore(known: { readonly waiting: readonly QueuedRun[]; readonly holding: readonly HoldingRun[] }): void;
  /** A run waits from now on. When it may start at once, `launcher.start` is called before this returns. */
  submit(run: QueuedRun): void;
  /** A run waits no longer: it was stopped, or removed. */
  withdraw(id: string): void;
  /** Nothing of a run is left: its devices and its slot are free. */
  ended(id: string): void;
  /** The place of a waiting run, for its state. */
  place(id: string): RunState['queue'];
  /** Room for this many trials at a time. */
  readonly slots: number;
  readonly gpus: readonly Gpu[];
  /** Devices that another user holds without using them, in words. */
  readonly taken: readonly string[];
  /** Settles once `gpus` and `slots` rest on an answer, or none came in time. */
  looked(): Promise<void>;
  close(): Promise<void>;
}

export interface SchedulerContext {
  readonly launcher: Launcher;
  /** To be called when the waiting runs' places have changed. */
  readonly onPlaces: (ids: readonly string[]) => void;
  /** To be called when the devices, or who uses them, have changed. */
  readonly onGpus: (gpus: readonly Gpu[]) => void;
}
