import { checkConflicts } from '../conflicts.ts';
import type { Plan } from '../plan.ts';
import type { RunRequest } from '../request.ts';
import { planProto, planRestart } from '../restart/plan-again.ts';
import type { World } from '../world.ts';
import { planRun } from './plan-run.ts';

/** What was typed, as a plan, whichever way it is to be run: anew, again, or by a prototype. Errors: `conflict`, and those of each way. */
export async function plan(request: RunRequest, world: World): Promise<Plan> {
  const { options, opspec } = request;
  checkConflicts(options, opspec !== '');
  if (options.restart !== undefined) return planRestart(request, world);
  return options.proto === undefined ? planRun(request, world) : planProto(request, world);
}
