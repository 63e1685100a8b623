import { usageError } from '#protocol';
import { askOnHost } from '#controller/dispatch';
import { checkConflicts, checkFit, plan as planOf, requestOf } from '#controller/operation';
import { makeHome } from '#controller/remotes';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { editRequest } from './edit-request.ts';
import { tellOfOperation, tellOfPlan } from './tell.ts';
import { runBatch } from './batch.ts';
import { gpuCount } from './gpus.ts';
import { situationOf } from './situation.ts';
import { runOne } from './one.ts';
import { pipelineOrders, runPipeline } from './pipeline.ts';
import { runPipelineBatch } from './pipeline-batch.ts';
import { batchToRestart, goOnWithBatch } from './restart-batch.ts';
import { worldOf, type AskElsewhere } from './world.ts';

/** `sortie run`: plan, show, ask, pack, ship, start, attach. Nothing is written before the prompt is accepted. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  const typed = requestOf(words, options);
  makeHome(context.home);
  if (typed.options.gpusPerTrial !== undefined) gpuCount(typed.options.gpusPerTrial);
  checkConflicts(typed.options, typed.opspec !== '');
  const world = worldOf(context);
  const about = await tellOfOperation(typed, world);
  if (about !== null) return print(about, context);
  const batch = batchToRestart(typed, context);
  if (batch !== null) return goOnWithBatch(batch, typed, context);
  await using fleet = await Fleet.of(context);
  const names = fleet.names(typed.options.remote);
  const [place = 'local'] = names;
  // What is asked about first may be declined, and what is needed may be here.
  if (typed.options.yes && !typed.options.needed && place !== 'local') await fleet.greet(place);
  const asking = place === 'local' ? world : worldOf(context, askingOn(place, { fleet, context }));
  const first = await planOf(typed, asking);
  const edited = await editRequest(first, typed, context);
  const request = edited ?? typed;
  const plan = edited === null ? first : await planOf(edited, asking);
  const orders = pipelineOrders(plan, context.home);
  const unused = checkFit(request.options, situationOf(plan, { isPipeline: orders !== null, names, fleet }));
  for (const warning of [...plan.warnings, ...unused]) context.stderr.write(`WARNING: ${warning}\n`);
  const told = await tellOfPlan(plan, request, context);
  if (told !== null) return print(told, context);
  if (orders !== null && plan.batch !== null)
    return await runPipelineBatch(plan, { names, request, context, fleet });
  if (orders !== null)
    return await runPipeline(plan, orders, { name: names[0] ?? 'local', request, context, fleet });
  if (plan.batch !== null) return await runBatch(plan, { names, request, context, fleet });
  const [name = 'local', ...others] = names;
  if (others.length > 0) {
    throw usageError({
      code: 'one-remote',
      message: `a single run takes one remote, and ${names.length} were given: ${names.join(', ')}`,
      hint: "Name one remote, or make it a batch with a list of values, as in 'lr=[0.1,0.01]'.",
    });
  }
  return await runOne(plan, { name, request, context, fleet });
}

/** A script whose parser can't be read is asked where its packages are. */
function askingOn(name: string, { fleet, context }: { fleet: Fleet; context: Context }): AskElsewhere {
  const { home, env } = context;
  return async (question) =>
    askOnHost(question, await fleet.open(name), { home, env, onProgress: fleet.progress });
}

function print(text: string, { stdout }: Context): number {
  stdout.write(text);
  return 0;
}
