import { usageError } from '#protocol';
import { plan as planOf, requestOf } from '#controller/operation';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { editRequest } from './edit-request.ts';
import { tellOfOperation, tellOfPlan } from './tell.ts';
import { runBatch } from './batch.ts';
import { assertRunDirFits } from './run-dir.ts';
import { runOne, wantsDebugger } from './one.ts';
import { pipelineOrders, runPipeline } from './pipeline.ts';
import { batchToRestart, goOnWithBatch } from './restart-batch.ts';
import { worldOf } from './world.ts';

/** `sortie run`: plan, show, ask, pack, ship, start, attach. Nothing is written before the prompt is accepted. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  const typed = requestOf(words, options);
  const world = worldOf(context);
  const about = await tellOfOperation(typed, world);
  if (about !== null) return print(about, context);
  const batch = batchToRestart(typed, context);
  if (batch !== null) return goOnWithBatch(batch, typed, context);
  const first = await planOf(typed, world);
  const edited = await editRequest(first, typed, context);
  const request = edited ?? typed;
  const plan = edited === null ? first : await planOf(edited, world);
  for (const warning of plan.warnings) context.stderr.write(`WARNING: ${warning}\n`);
  const told = plan.batch === null ? await tellOfPlan(plan, request, context) : null;
  if (told !== null) return print(told, context);
  await using fleet = await Fleet.of(context);
  const names = fleet.names(request.options.remote);
  const orders = pipelineOrders(plan, context.home);
  const isSingle = orders === null && plan.batch === null;
  assertRunDirFits(request.options, { isSingle });
  if (!isSingle && wantsDebugger(request.options)) {
    throw usageError({
      code: 'usage',
      message: '--break and --break-on-error are for a single run, not for a batch or a pipeline',
      hint: 'debug one of its runs by itself',
    });
  }
  if (orders !== null)
    return await runPipeline(plan, orders, { name: names[0] ?? 'local', request, context, fleet });
  if (plan.batch !== null) return await runBatch(plan, { names, request, context, fleet });
  const [name = 'local', ...others] = names;
  if (others.length > 0) {
    throw usageError({
      code: 'one-remote',
      message: `a single run takes one remote, and ${names.length} were given: ${names.join(', ')}`,
      hint: 'several share the trials of a batch: give a flag a list, such as lr=[0.1,0.01]',
    });
  }
  return await runOne(plan, { name, request, context, fleet });
}

function print(text: string, { stdout }: Context): number {
  stdout.write(text);
  return 0;
}
