import type { Plan } from '../plan.ts';
import type { Flags } from '../value.ts';

/** The plan of one trial: the batch's own, with these flags laid over its flags, and no batch. `user_flags` is empty, as Guild has it. */
export function trialPlan(plan: Plan, flags: Flags): Plan {
  return {
    ...plan,
    flags: new Map([...plan.flags, ...flags]),
    userFlags: new Map(),
    batch: null,
  };
}
