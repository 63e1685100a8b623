import type { Plan } from '#controller/operation';
import { planTrials, type PlannedTrials, type TrialsSpec } from '#controller/trials';

/** The trials of a plan that is a batch. Errors: those of `planTrials`. */
export function trialsOf(plan: Plan): PlannedTrials {
  return planTrials(trialsSpec(plan));
}

/** What decides them. */
export function trialsSpec({ batch, flags, userFlags, randomSeed }: Plan): TrialsSpec {
  if (batch === null) throw new Error('Expected a batch');
  return {
    operation: batch.operation,
    flags,
    userFlags,
    rows: batch.rows,
    searchSpace: batch.searchSpace,
    maxTrials: batch.isLimitAsked ? batch.maxTrials : null,
    ...(batch.maxTrials === null ? {} : { defaultMaxTrials: batch.maxTrials }),
    seed: randomSeed,
  };
}
