import type { Plan } from '#controller/operation';
import { planTrials, type PlannedTrials } from '#controller/trials';

/** The trials of a plan that is a batch. Errors: those of `planTrials`. */
export function trialsOf({ batch, flags, userFlags, randomSeed }: Plan): PlannedTrials {
  if (batch === null) throw new Error('Expected a batch');
  return planTrials({
    operation: batch.operation,
    flags,
    userFlags,
    rows: batch.rows,
    searchSpace: batch.searchSpace,
    maxTrials: batch.isLimitAsked ? batch.maxTrials : null,
    ...(batch.maxTrials === null ? {} : { defaultMaxTrials: batch.maxTrials }),
    seed: randomSeed,
  });
}
