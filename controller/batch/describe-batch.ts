import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BATCH_FOLDER, readBatch } from './batch-file.ts';

/** What a view needs to know of a batch besides its run. */
export interface BatchDescription {
  readonly operation: string;
  readonly total: number;
  readonly objective: string;
  /** The remotes that it feeds; null: the host that its own run is on. */
  readonly remotes: readonly string[] | null;
}

/** What the orders in a run directory say; null for a run that is no batch of ours. */
export function describeBatch(dir: string): BatchDescription | null {
  const path = join(dir, BATCH_FOLDER, 'batch.json');
  if (!existsSync(path)) return null;
  const { plan, trials, place } = readBatch(path);
  return {
    operation: plan.displayName,
    total: trials.length,
    objective: plan.batch?.objective ?? 'loss',
    remotes: place.kind === 'fleet' ? place.remotes : null,
  };
}
