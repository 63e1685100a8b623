import { UserError } from '#protocol';
import type { Plan, RunRequest } from '#controller/operation';
import type { Context } from '../context.ts';
import type { Fleet } from '../fleet.ts';

export interface RunningBatch {
  readonly names: readonly string[];
  readonly request: RunRequest;
  readonly context: Context;
  readonly fleet: Fleet;
}

export async function runBatch(_plan: Plan, _running: RunningBatch): Promise<number> {
  throw new UserError({ code: 'no-batches', message: 'batches are not there yet' });
}
