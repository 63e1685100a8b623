import type { RunFacts } from '../state/index.ts';
import type { QueuedRun } from './scheduler.ts';

/** A run as the scheduler takes it; none where its directory says too little of it. */
export function queued({ recorded, markedAt, initialized }: RunFacts): QueuedRun[] {
  return recorded === null ? [] : [{ spec: recorded.spec, since: markedAt ?? initialized ?? 0 }];
}
