/** The door to the runs of this host. */
export { listFiles, openFile } from './files.ts';
export { packMeta } from './meta.ts';
export { RunLifecycle } from './lifecycle.ts';
export type { MakeJoiner, ObservedRun, Observers, OutputJoiner, RunObserver } from './observer.ts';
export { QueueGate } from './queue-gate.ts';
export { RunRegistry } from './registry.ts';
export { Revocations } from './revocations.ts';
export { StateIndex } from './state-index.ts';
export type { HoldingRun, QueuedRun, Scheduler, SchedulerContext } from './scheduler.ts';
