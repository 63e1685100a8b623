import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import {
  BATCH,
  knownTrials,
  startBatch,
  type BatchDescription,
  type BatchFile,
  type BatchOptions,
} from '#controller/batch';
import { assertModules, packPlan } from '#controller/dispatch';
import { promptText, trialPlan, type Plan, type RunRequest } from '#controller/operation';
import type { OpenedHost } from '#controller/remotes';
import { allTrials, savedTrials, trialsTable, type Flags } from '#controller/trials';
import { attachBatch } from '../attach-batch.ts';
import type { Context } from '../context.ts';
import type { Fleet } from '../fleet.ts';
import { confirm } from '../prompt.ts';
import { gpuCount } from './gpus.ts';
import { learningOf, learnNotice, withPrevious } from './learned.ts';
import { leaveShares } from './leave-shares.ts';
import { assertGpus } from './named-gpus.ts';
import { neededTrials } from './needed.ts';
import { tellOfDependencies } from './resolving.ts';
import { printedCommand } from './printed-command.ts';
import { bringProtoSource } from './proto-source.ts';
import { stagedText } from './staged-text.ts';
import { trialsOf } from './trials.ts';

export interface RunningBatch {
  readonly names: readonly string[];
  readonly request: RunRequest;
  readonly context: Context;
  readonly fleet: Fleet;
}

/** A run for each trial, on all hosts named; the batch itself is a run of this machine, or with --no-wait of each host. */
export async function runBatch(plan: Plan, running: RunningBatch): Promise<number> {
  const { names, request, context, fleet } = running;
  const { options } = request;
  const { stdout, stderr } = context;
  const learn = learningOf(plan, options);
  const planned = learn === null ? trialsOf(plan) : null;
  const notice = planned === null ? learn && learnNotice(learn, plan) : planned.notice;
  if (notice !== null) stderr.write(`${notice}\n`);
  const all = planned === null ? unknownTrials(learn?.total ?? 0) : allTrials(planned);
  const told = learn === null ? tellOfTrials(plan, all, running) : null;
  if (told !== null) {
    stdout.write(told);
    return 0;
  }
  const remotes = options.remote?.length ? names : [];
  const stage = options.stage === true;
  const question = promptText(plan, { stage, remotes, trials: all.length });
  if (!options.yes && !(await confirm(question, context))) return 0;
  const dispatch = {
    home: context.home,
    env: context.env,
    onProgress: fleet.progress,
    notice: fleet.surroundings.notice,
  };
  if (options.gpus !== undefined)
    await assertGpus(options.gpus, await Promise.all(names.map(async (name) => fleet.open(name))));
  await bringProtoSource(plan, names, { fleet, context });
  tellOfDependencies(plan, running);
  const packed = await packPlan(plan, dispatch);
  for (const warning of packed.warnings) stderr.write(`WARNING: ${warning}\n`);
  const trials = options.needed === true ? neededTrials(packed, all, context) : all;
  if (trials.length === 0) return 0;
  await Promise.all(names.map(async (name) => assertModules(plan, await fleet.open(name), dispatch)));
  const start = {
    packed,
    options: batchOptions(running),
    cwd: context.cwd,
    learn: learn === null ? undefined : withPrevious(learn, packed, context.home),
  };
  if (options.noWait && !stage && remotes.length > 0)
    return leaveShares({ ...start, trials }, { remotes, running, dispatch });
  const id = options.runId ?? randomUUID().replaceAll('-', '');
  const local = await fleet.open('local');
  // First contact may ask for a passphrase or a host key; the coordinator can't, but is told what was typed.
  const opened = await Promise.all(names.map(async (name) => reached(await fleet.open(name))));
  await using handover = await fleet.handOver(id);
  let ordered: BatchDescription['trials'] = [];
  const onOrders = (orders: BatchFile) => void (ordered = knownTrials(orders));
  await startBatch({ ...start, id, stage, trials, opened: local, remotes: names, onOrders }, dispatch);
  if (stage) {
    if (!options.quiet) stderr.write(stagedText(batchName(plan), id));
    return 0;
  }
  if (options.background || options.pidfile !== undefined) {
    const { inBackground } = await import('./background.ts');
    return await inBackground(id, {
      operation: plan.displayName,
      pidfile: options.pidfile,
      opened: local,
      context,
      handover,
      coordinated: BATCH,
    });
  }
  return await attachBatch(id, {
    local,
    hosts: opened,
    context,
    fleet,
    quiet: options.quiet ?? false,
    batch: {
      operation: plan.displayName,
      total: trials.length,
      trials: ordered,
      objective: plan.batch?.objective ?? 'loss',
      remotes: names,
    },
    view: { json: request.options.json === true, noTui: request.options.noTui === true },
    isOwner: true,
  });
}

/** What each of so many trials has for flags will be known when it is proposed. */
function unknownTrials(count: number): readonly Flags[] {
  return Array.from({ length: count }, () => new Map());
}

/** As listings name the batch's own run. */
function batchName({ displayName, batch }: Plan): string {
  const operation = batch?.operation ?? '+';
  return `${displayName}+${operation === '+' ? '' : `skopt:${operation}`}`;
}

async function reached(opened: OpenedHost): Promise<OpenedHost> {
  await opened.host.info();
  return opened;
}

/** A batch's own command, whose program and interpreter are named as those of its trials are: the host has them. */
const BATCH_COMMAND = 'node coordinator.mjs';

/** What only shows or saves trials; null when they are to be run. */
export function tellOfTrials(
  plan: Plan,
  trials: readonly Flags[],
  { request, context }: RunningBatch,
): string | null {
  const { printTrials, printCmd, saveTrials } = request.options;
  if (saveTrials !== undefined) {
    const path = resolve(context.cwd, saveTrials);
    writeFileSync(path, savedTrials(trials, path));
    return `Saving trials to ${dirname(path) === context.cwd ? basename(path) : path}\n`;
  }
  if (printTrials) return trialsTable(trials);
  if (printCmd) {
    const ofTrials = trials.map((flags) => printedCommand(trialPlan(plan, flags), context));
    return `${[BATCH_COMMAND, ...ofTrials].join('\n')}\n`;
  }
  return null;
}

function batchOptions({ request }: RunningBatch): BatchOptions {
  const { options } = request;
  return {
    gpusPerTrial: gpuCount(options.gpusPerTrial ?? '1'),
    jobs: options.jobs ?? null,
    stageTrials: options.stageTrials ?? false,
    failOnTrialError: options.failOnTrialError ?? false,
    retries: options.retries ?? 0,
    canary: options.canary ?? false,
  };
}
