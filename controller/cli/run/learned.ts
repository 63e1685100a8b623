import { usageError, UserError } from '#protocol';
import type { Packed } from '#controller/dispatch';
import type { Plan, RunOptions } from '#controller/operation';
import {
  attributeOf,
  flagsOf,
  listRuns,
  objectiveValue,
  operationName,
  parseObjective,
  scalarsOf,
  type Run,
} from '#controller/runs';
import {
  isLearner,
  learnOptions,
  maxTrialsOf,
  SearchSpace,
  searchedFlags,
  type LearnSpec,
  type Observation,
} from '#controller/trials';
import { trialsSpec } from './trials.ts';

/** Earlier runs that a search learns from, at the most: the newest ones. */
const MOST_PREVIOUS = 1000;

/**
 * How the trials of a plan are learned, without the earlier runs; null where its batch is none that learns. Errors: those of search
 * spaces and of the optimizer's flags, and for what such a batch has no answer to.
 */
export function learningOf(plan: Plan, options: RunOptions): LearnSpec | null {
  const { batch } = plan;
  if (batch === null || !isLearner(batch.operation)) return null;
  refuse(batch.operation, options);
  if (batch.rows !== null)
    throw new UserError({
      code: 'no-rows-to-learn',
      message: `batch files cannot be used with the optimizer '${batch.operation}'`,
      hint: "Give it ranges, as in 'lr=[0.001:0.1]'; random takes the rows of files.",
    });
  const spec = trialsSpec(plan);
  const flags = searchedFlags(spec);
  // What can't be searched or read is told before anything is asked.
  void new SearchSpace(flags);
  parseObjective(batch.objective);
  return {
    learner: batch.operation,
    options: learnOptions(batch.flags),
    flags,
    objective: batch.objective,
    total: maxTrialsOf(spec),
    seed: plan.randomSeed,
    previous: [],
    startsInitial: true,
  };
}

/** What is asked of trials that nobody knows yet; the first two in Guild's words. */
function refuse(learner: string, { printTrials, saveTrials, printCmd, needed }: RunOptions): void {
  const hint = 'Use --optimizer random, or run the batch: each trial is proposed from earlier results.';
  const refusal = (message: string) => new UserError({ code: 'unknown-trials', message, hint });
  if (printTrials) throw refusal('optimizer does not support printing trials');
  if (saveTrials !== undefined) throw refusal('optimizer does not support saving trials');
  if (printCmd) throw refusal('optimizer does not support printing the commands of trials');
  if (needed)
    throw usageError({
      code: 'usage',
      message: `--needed cannot be used with the optimizer '${learner}'`,
      hint: "Leave out --needed; the optimizer already learns from existing runs (see its flag 'prev-trials').",
    });
}

/** The same with the earlier runs of this machine's home, mirrors among them, that `prev-trials` names. */
export function withPrevious(learn: LearnSpec, { plan, source }: Packed, home: string): LearnSpec {
  const { previous } = learn.options;
  if (previous === 'batch') return learn;
  const digest = source?.digest ?? null;
  const space = new SearchSpace(learn.flags);
  const objective = parseObjective(learn.objective);
  const isMeant = (run: Run) =>
    previous === 'operation' ||
    (attributeOf(run, 'sourcecode_digest') === digest && space.isAlike(flagMap(run)));
  const found: Observation[] = [];
  for (const run of listRuns(home)) {
    if (found.length === MOST_PREVIOUS) break;
    if (run.status !== 'completed' || run.protoOpref !== null) continue;
    if (operationName(run.opref) !== plan.displayName || !isMeant(run)) continue;
    const flags = flagMap(run);
    if (space.pointOf(flags) === null) continue;
    const value = objectiveValue(objective, scalarsOf(run));
    if (value !== null && Number.isFinite(value)) found.push({ flags, objective: value });
  }
  return { ...learn, previous: found.reverse() };
}

function flagMap(run: Run): Observation['flags'] {
  return new Map(Object.entries(flagsOf(run)));
}

/** What the user should be told of a limit that was not asked for. */
export function learnNotice({ learner, total }: LearnSpec, { batch }: Plan): string | null {
  if (batch?.isLimitAsked === true) return null;
  return `The optimizer ${learner} runs ${total} trials unless told otherwise. Use --max-trials N to run N.`;
}

/** One host's part of a search that is left to several: each learns by itself, and begins elsewhere. */
export function learnedShare(
  learn: LearnSpec,
  { place, total }: { readonly place: number; readonly total: number },
): LearnSpec {
  return { ...learn, total, seed: learn.seed + BigInt(place), startsInitial: place === 0 };
}
