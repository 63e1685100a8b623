import { findProbe, Telemetry } from '../gpus/index.ts';
import type { Platform } from '../platform/index.ts';
import type { Scheduler, SchedulerContext } from '../runs/index.ts';
import { DeviceScheduler } from './device-scheduler.ts';

/** Seconds between two looks at the devices: what a person watches changes no faster, and a waiting run loses no more. */
const INTERVAL_S = 2;

export interface HostQueueContext extends SchedulerContext {
  readonly platform: Platform;
  /** Where the tools that know the devices are looked for. */
  readonly path: string;
  readonly watched: () => boolean;
}

/** The queue of this host, with its own devices. */
export function hostQueue({ path, ...context }: HostQueueContext): Scheduler {
  return new DeviceScheduler({
    ...context,
    watch: ({ wanted, onFound }) =>
      new Telemetry({
        probe: findProbe(path, { interval: INTERVAL_S, onFound }),
        interval: INTERVAL_S,
        wanted,
      }),
  });
}
