import { randomUUID } from 'node:crypto';
import { encodeValue, sameValue, UserError } from '#protocol';
import type { Plan, RunOptions } from '#controller/operation';
import type { StepOrder } from '#controller/pipeline';
import { allTrials, isLearner, type Flags } from '#controller/trials';
import { tellOfTrials, type RunningBatch } from './batch.ts';
import { requestWords } from './option-words.ts';
import { runPipeline } from './pipeline.ts';
import { trialsOf } from './trials.ts';

/** What of the batch's command line each of its trials has too. The rest is about the batch, or about how it is watched. */
const TRIAL_OPTIONS = [
  'label',
  'tag',
  'comment',
  'gpus',
  'noGpus',
  'debugSourcecode',
  'remote',
  'forceFlags',
  'forceDeps',
  'needed',
  'keepRun',
] as const satisfies readonly (keyof RunOptions)[];

/** A batch whose trials are pipelines: one after the other, as their steps are, each a run of its own. */
export async function runPipelineBatch(plan: Plan, running: RunningBatch): Promise<number> {
  const { request, context, fleet, names } = running;
  if (plan.batch !== null && isLearner(plan.batch.operation))
    throw new UserError({
      code: 'no-learning-pipeline',
      message: `the optimizer '${plan.batch.operation}' cannot be used with an operation of steps`,
      hint: 'Use it with one of the operations that its steps run, or use --optimizer random.',
    });
  const planned = trialsOf(plan);
  if (planned.notice !== null) context.stderr.write(`${planned.notice}\n`);
  const trials = allTrials(planned);
  const told = tellOfTrials(plan, trials, running);
  if (told !== null) {
    context.stdout.write(told);
    return 0;
  }
  const orders = {
    version: 1,
    cwd: plan.projectDir,
    steps: trials.map((flags) => trialOrder(plan, flags, running)),
    batch: { failOnTrialError: request.options.failOnTrialError === true },
  } as const;
  return runPipeline(plan, orders, { name: names[0] ?? 'local', request, context, fleet });
}

function trialOrder(plan: Plan, flags: Flags, { request }: RunningBatch): StepOrder {
  const given = Object.fromEntries(TRIAL_OPTIONS.map((name) => [name, request.options[name]]));
  const options: RunOptions = { ...given, yes: true, stage: request.options.stageTrials };
  const words = requestWords({ opspec: plan.opspec, flagArgs: flagArgs(plan, flags), options });
  const name = randomUUID().replaceAll('-', '');
  // A trial is a run of this machine, wherever its steps are.
  return { name, words, expect: [], isolateRuns: true, remote: null };
}

/** What makes the trial: flags that the user named, and those that the batch gave a value of their own. */
function flagArgs({ flags: usual, userFlags }: Plan, flags: Flags): string[] {
  return [...flags]
    .filter(([name, value]) => userFlags.has(name) || !sameValue(usual.get(name) ?? null, value))
    .map(([name, value]) => `${name}=${encodeValue(value, { oneLine: true })}`);
}
