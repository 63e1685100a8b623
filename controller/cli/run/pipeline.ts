import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { shortId } from '#protocol';
import { signOfLife } from '#controller/batch';
import { promptText, type Plan, type StepPlan } from '#controller/operation';
import { PIPELINE, readOrders, startPipeline, type PipelineOrders } from '#controller/pipeline';
import { attach } from '../attach.ts';
import { confirm } from '../prompt.ts';
import { reachAll } from '../reach.ts';
import { FIRST_ATTEMPT, nextAttempt } from './attempt.ts';
import { inBackground, whenTaken } from './background.ts';
import type { Running } from './one.ts';
import { skipIfNeeded } from './needed.ts';
import { requestWords } from './option-words.ts';
import { stagedText } from './staged-text.ts';

/** What a plan's pipeline is to do: its own steps, or those of the pipeline that it restarts or goes by. null: it is none. */
export function pipelineOrders({ steps, from, projectDir }: Plan, home: string): PipelineOrders | null {
  if (steps === null) return from === null ? null : readOrders(join(home, 'runs', from));
  return { version: 1, cwd: projectDir, steps: steps.map(stepOrder) };
}

function stepOrder({ name, request, expect, isolateRuns }: StepPlan): PipelineOrders['steps'][number] {
  const remote = request.options.remote?.find((each) => each !== 'local') ?? null;
  return { name, words: requestWords(request), expect, isolateRuns, remote };
}

/** The hosts that steps name for themselves. */
function remotesOf({ steps }: PipelineOrders): string[] {
  return [...new Set(steps.flatMap(({ remote }) => remote ?? []))];
}

/** A run of this machine whose process runs the steps, wherever each of them is to run. */
export async function runPipeline(plan: Plan, orders: PipelineOrders, running: Running): Promise<number> {
  const { request, context, fleet, name } = running;
  const { options } = request;
  const remotes = name === 'local' ? [] : [name];
  const stage = options.stage === true;
  const trials = orders.batch === undefined ? null : orders.steps.length;
  if (!options.yes && !(await confirm(promptText(plan, { stage, remotes, trials }), context))) return 0;
  if (
    options.needed &&
    plan.kind !== 'restart' &&
    skipIfNeeded({ plan, source: null, warnings: [] }, context)
  )
    return 0;
  const opened = await fleet.open('local');
  // First contact may ask for a passphrase or a host key; the steps can't, but are told what was typed.
  for (const remote of remotes) await (await fleet.open(remote)).host.info();
  await reachAll(remotesOf(orders), { fleet, context });
  const restarted = plan.kind === 'restart' ? plan.from : null;
  const id = restarted ?? options.runId ?? randomUUID().replaceAll('-', '');
  const { attempt, shownFrom } = restarted === null ? FIRST_ATTEMPT : await nextAttempt(id, opened);
  // Trials that came through are never run again.
  const needed = restarted !== null && (options.needed === true || orders.batch !== undefined);
  await using handover = await fleet.handOver(id);
  await startPipeline(
    { id, attempt, plan, orders, needed, stage, opened },
    { home: context.home, env: context.env, onProgress: fleet.progress, notice: fleet.surroundings.notice },
  );
  const quiet = options.quiet ?? false;
  if (stage) {
    if (!quiet) context.stderr.write(stagedText(plan.displayName, id));
    return 0;
  }
  if (options.background || options.pidfile !== undefined)
    return await inBackground(id, {
      operation: plan.displayName,
      pidfile: options.pidfile,
      opened,
      context,
      handover,
      coordinated: PIPELINE,
    });
  if (options.noWait) {
    await whenTaken(handover);
    await signOfLife(id, opened, PIPELINE);
    context.stderr.write(`${id} is running\nTo watch use 'sortie watch ${shortId(id)}'\n`);
    return 0;
  }
  const view = { json: options.json === true, noTui: options.noTui === true };
  const planned = { operation: plan.displayName, flags: plan.flags };
  return await attach(id, { opened, context, fleet, quiet, isOwner: true, view, shownFrom, planned });
}
