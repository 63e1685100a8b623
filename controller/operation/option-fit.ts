import { usageError } from '#protocol';
import { isGiven, optionName, type Option } from './option-name.ts';
import type { RunOptions } from './request.ts';

export const SHAPES = ['single', 'batch', 'search', 'pipeline'] as const;
export const PLACES = ['here', 'remote'] as const;
export const MODES = ['new', 'restart', 'proto'] as const;

/** What a command comes to: a search is a batch whose trials are sampled or learned, a pipeline an operation of steps. */
export interface Situation {
  readonly shape: (typeof SHAPES)[number];
  readonly place: (typeof PLACES)[number];
  readonly mode: (typeof MODES)[number];
  /** The trials of the batch are pipelines. */
  readonly ofPipelines?: boolean;
  /** False for what does not run in Python. */
  readonly isPython?: boolean;
}

/** Why an option is not for a situation. What is refused runs nothing; what is ignored is warned about: the manual, or Guild, goes on without it. */
export type Unfit =
  | { readonly how: 'refuse'; readonly with: string; readonly hint: string }
  | { readonly how: 'ignore'; readonly because: string };

type Rule = Unfit & {
  readonly options: readonly Option[];
  readonly where: (situation: Situation) => boolean;
};

const isBatch = ({ shape }: Situation) => shape === 'batch' || shape === 'search';
const isMade = ({ mode }: Situation) => mode === 'restart';
const NEW_INSTEAD = 'Use --proto for a new run with other options.';

/** The first rule that holds counts. What no rule names works. */
const RULES: readonly Rule[] = [
  {
    options: ['editFlags', 'printTrials', 'saveTrials', 'dep', 'stageTrials', 'optFlag'],
    where: isMade,
    how: 'refuse',
    with: '--restart',
    hint: NEW_INSTEAD,
  },
  {
    options: ['forceFlags'],
    where: isMade,
    how: 'ignore',
    because: 'a restart keeps its flags',
  },
  {
    // Its steps are as they were made.
    options: [
      'remote',
      'gpus',
      'noGpus',
      'randomSeed',
      'debugSourcecode',
      'forceDeps',
      'forceSourcecode',
      'keepRun',
    ],
    where: (situation) => isMade(situation) && situation.shape === 'pipeline',
    how: 'refuse',
    with: 'a pipeline that is restarted',
    hint: 'Its steps run again as they were; use --proto for a new one.',
  },
  {
    // A restarted batch goes on by the orders that it has.
    options: [
      'label',
      'tag',
      'comment',
      'editComment',
      'stage',
      'forceSourcecode',
      'gpus',
      'noGpus',
      'gpusPerTrial',
      'batchLabel',
      'batchTag',
      'batchComment',
      'editBatchComment',
      'minimize',
      'maximize',
      'optFlag',
      'maxTrials',
      'randomSeed',
      'remote',
      'forceDeps',
      'stopAfter',
      'failOnTrialError',
      'noWait',
      'debugSourcecode',
      'background',
      'pidfile',
      'jobs',
      'retries',
      'canary',
      'keepRun',
      'keepBatch',
      'break',
      'breakOnError',
      'printCmd',
      'printEnv',
      'runId',
    ],
    where: (situation) => isMade(situation) && isBatch(situation),
    how: 'refuse',
    with: 'a batch that is restarted',
    hint: 'A batch is restarted by the orders that it has; use --proto for a new one.',
  },
  {
    options: ['runDir', 'stageDir', 'break', 'breakOnError'],
    where: ({ shape }) => shape !== 'single',
    how: 'refuse',
    with: 'a batch or a pipeline',
    hint: 'Use it with one of its runs by itself.',
  },
  {
    options: ['break', 'breakOnError'],
    where: ({ isPython }) => isPython === false,
    how: 'refuse',
    with: 'an operation that is not Python',
    hint: 'The debugger is that of Python: leave the option out.',
  },
  {
    options: ['dep', 'testSourcecode'],
    where: ({ shape, ofPipelines }) => shape === 'pipeline' || ofPipelines === true,
    how: 'refuse',
    with: 'a pipeline',
    hint: 'Use it with one of the operations that its steps run.',
  },
  {
    options: ['runDir', 'stageDir', 'debugSourcecode'],
    where: ({ place }) => place === 'remote',
    how: 'refuse',
    with: '--remote',
    hint: 'Leave out one of the two: it names a folder of this machine.',
  },
  {
    options: ['background', 'pidfile'],
    where: ({ shape, place }) => shape === 'single' && place === 'remote',
    how: 'refuse',
    with: '--remote',
    hint: 'Use --no-wait: a run on a host keeps running by itself.',
  },
  {
    options: ['gpusPerTrial'],
    where: ({ shape, ofPipelines }) => shape === 'pipeline' || ofPipelines === true,
    how: 'refuse',
    with: 'a pipeline',
    hint: 'Use it with one of the operations that its steps run.',
  },
  {
    options: ['jobs', 'retries', 'canary'],
    where: (situation) => !isBatch(situation) || situation.ofPipelines === true,
    how: 'refuse',
    with: 'a run that is not a batch of single runs',
    hint: "Give a flag a list of values, as in 'lr=[0.1,0.01]', for a batch.",
  },
  {
    options: [
      'batchLabel',
      'batchTag',
      'batchComment',
      'editBatchComment',
      'stageTrials',
      'failOnTrialError',
      'keepBatch',
      'maxTrials',
      'minimize',
      'maximize',
    ],
    where: (situation) => !isBatch(situation),
    how: 'ignore',
    because: 'not a batch run',
  },
  {
    options: ['forceSourcecode'],
    where: ({ shape }) => shape === 'pipeline',
    how: 'ignore',
    because: 'a pipeline has no source of its own',
  },
  {
    options: ['forceSourcecode'],
    where: ({ mode }) => mode === 'new',
    how: 'ignore',
    because: 'a new run has the working source code anyway',
  },
  {
    options: ['noWait'],
    where: ({ shape, place }) => place === 'here' && shape !== 'pipeline',
    how: 'ignore',
    because: 'the run is on this machine; --background returns at once',
  },
];

/** Why an option is not for a situation; null where it works. */
function unfit(option: Option, situation: Situation): Unfit | null {
  return RULES.find(({ options, where }) => options.includes(option) && where(situation)) ?? null;
}

/** Warnings for options that mean nothing here. Errors: `option-unfit`, for the first that cannot be used here. */
export function checkFit(options: RunOptions, situation: Situation): string[] {
  const warnings: string[] = [];
  for (const option of Object.keys(options) as Option[]) {
    if (!isGiven(options[option])) continue;
    const why = unfit(option, situation);
    if (why === null) continue;
    const name = optionName(option);
    if (why.how === 'refuse')
      throw usageError({
        code: 'option-unfit',
        message: `${name} cannot be used with ${why.with}`,
        hint: why.hint,
      });
    warnings.push(`${why.because} - ignoring ${name}`);
  }
  return warnings;
}
