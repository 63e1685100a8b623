import { UserError } from '#protocol';
import { isFlagFunction } from '#controller/trials';
import type { FlagDef } from '../flags/flag-def.ts';
import type { OperationDef } from '../operation-def.ts';
import type { RunOptions } from '../request.ts';
import { isList, type Flags } from '../value.ts';
import type { BatchPlan } from './batch-plan.ts';
import { optimizerOf, requestedOptimizer, shownName } from './optimizer.ts';
import { searchSpace } from './search-space.ts';

export interface BatchInit {
  readonly def: Pick<OperationDef, 'name' | 'optimizers' | 'objective' | 'defaultMaxTrials'>;
  readonly defs: ReadonlyMap<string, FlagDef>;
  readonly flags: Flags;
  readonly userFlags: Flags;
  /** The rows of batch files; null where there are none. */
  readonly rows: readonly Flags[] | null;
  readonly options: RunOptions;
}

/** Whether the flags make a batch, and which; null when they don't. Errors: `cannot-stage-trials`, `no-optimizer`, `not-a-batch`, those of the optimizer. */
export function planBatch(init: BatchInit): BatchPlan | null {
  const { def, options, rows } = init;
  const asked = requestedOptimizer(options, def);
  const name = asked?.name ?? impliedBatch(init);
  if (name === null) {
    assertNoTrialsAsked(options);
    return null;
  }
  const optimizer = optimizerOf(name, asked?.flags ?? new Map(), options.optFlag ?? []);
  if (options.stageTrials === true && !optimizer.stagesTrials)
    throw new UserError({
      code: 'cannot-stage-trials',
      message: `operation '${shownName(optimizer)}' does not support --stage-trials`,
      hint: 'Use --optimizer random, or run the batch: each trial is proposed from earlier results.',
    });
  return {
    operation: optimizer.operation,
    opref: optimizer.opref,
    flags: optimizer.flags,
    userFlags: optimizer.userFlags,
    rows,
    // Rows of files were written one by one, and all run unless this command says otherwise.
    maxTrials:
      options.maxTrials ?? (rows !== null && optimizer.operation === '+' ? null : def.defaultMaxTrials),
    isLimitAsked: options.maxTrials !== undefined,
    objective: objective(options, def),
    label: options.batchLabel ?? null,
    tags: options.batchTag ?? [],
    comment: options.batchComment ?? null,
    stageTrials: options.stageTrials === true,
    failOnTrialError: options.failOnTrialError === true,
    searchSpace: optimizer.operation === '+' ? new Map() : searchSpace(init.defs, init.userFlags),
  };
}

/** Functions ask for a random search, lists and files of several rows for a grid. */
function impliedBatch({ flags, rows }: BatchInit): string | null {
  const values = [...flags.values(), ...(rows ?? []).flatMap((row) => [...row.values()])];
  if (values.some(isFlagFunction)) return 'random';
  if (values.some(isList)) return '+';
  return rows !== null && rows.length > 1 ? '+' : null;
}

function objective({ minimize, maximize }: RunOptions, def: BatchInit['def']): string {
  if (minimize !== undefined) return minimize;
  return maximize === undefined ? def.objective : `-${maximize}`;
}

function assertNoTrialsAsked(options: RunOptions): void {
  const [optFlag] = options.optFlag ?? [];
  if (optFlag !== undefined)
    throw new UserError({
      code: 'no-optimizer',
      message: `invalid optimizer flag ${optFlag}: no optimizer specified`,
      hint: 'Name an optimizer with --optimizer.',
    });
  if (options.saveTrials !== undefined || options.printTrials === true)
    throw new UserError({
      code: 'not-a-batch',
      message: `cannot ${options.printTrials === true ? 'print' : 'save'} trials: this operation is not a batch`,
      hint: "Give a flag a list of values, as in 'lr=[0.1,0.01]', or a batch file, as in @trials.csv.",
    });
}
