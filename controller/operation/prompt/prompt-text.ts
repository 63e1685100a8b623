import type { BatchPlan } from '../batch/batch-plan.ts';
import type { Plan } from '../plan.ts';
import { isFlagFunction } from '#controller/trials';
import { encodeValue, type Flags, type Value } from '../value.ts';

export interface PromptInit {
  readonly stage: boolean;
  /** `--start` and `--restart` say so. */
  readonly remotes: readonly string[];
  /** How many trials the batch will run; null where that isn't known beforehand. */
  readonly trials: number | null;
  /** The devices of a single run; empty where they aren't known. */
  readonly gpus?: string;
}

/** What the user is asked before anything runs: what it is, where, with which flags. Ends with `Continue?`. */
export function promptText(plan: Plan, { stage, remotes, trials, gpus = '' }: PromptInit): string {
  const { batch } = plan;
  const staging = batch?.stageTrials === true ? 'stage trials for' : stage ? 'stage' : 'run';
  const verb = plan.kind === 'restart' ? 'start' : staging;
  const subject =
    plan.kind === 'restart' && plan.from !== null ? `${plan.from} (${plan.opspec})` : plan.opspec;
  const suffix = batch === null ? '' : batchSuffix(batch, trials);
  const places = [...remotes, gpus].filter((place) => place !== '');
  const on = places.length === 0 ? '' : ` on ${places.join(', ')}`;
  const note = (batch?.rows?.length ?? 0) > 1 ? ' (flags below used unless specified in batch trial)' : '';
  const own = flagLines(plan.flags, plan.operation.nullLabels);
  const optimizer =
    batch === null || batch.flags.size === 0 ? '' : `Optimizer flags:\n${flagLines(batch.flags, new Map())}`;
  return `You are about to ${verb} ${subject}${suffix}${on}${note}\n${own}${optimizer}Continue?`;
}

function batchSuffix({ operation, maxTrials, objective }: BatchPlan, trials: number | null): string {
  const count = trials ?? maxTrials ?? 20;
  const counted = `${count} trial${count === 1 ? '' : 's'}`;
  if (operation === '+') return ` as a batch (${counted})`;
  if (operation === 'random') return ` with random search (${counted})`;
  const aim = objective.startsWith('-') ? `maximize ${objective.slice(1)}` : `minimize ${objective}`;
  const name = ['gp', 'forest', 'gbrt'].includes(operation) ? `skopt:${operation}` : operation;
  return ` with ${name} optimizer (${counted}, ${aim})`;
}

/** `  name: value` of each flag, by name in order. */
function flagLines(flags: Flags, nullLabels: ReadonlyMap<string, Value>): string {
  return [...flags]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `  ${name}: ${shown(value, nullLabels.get(name))}\n`)
    .join('');
}

function shown(value: Value, nullLabel: Value | undefined): string {
  if (value === null) return nullLabel === undefined ? 'default' : encodeValue(nullLabel);
  return typeof value === 'string' && isFlagFunction(value) ? value : encodeValue(value);
}
