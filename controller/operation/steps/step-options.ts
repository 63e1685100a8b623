import type { RunOptions } from '../request.ts';

type Kind = 'switch' | 'text' | 'list' | 'number';

interface StepOption {
  readonly key: keyof RunOptions;
  readonly kind: Kind;
}

/** The run options that a step honours, by name as in guild.yml (and, with dashes before, on a step's line). */
const OPTIONS: Readonly<Record<string, StepOption>> = {
  'batch-label': { key: 'batchLabel', kind: 'text' },
  'batch-tag': { key: 'batchTag', kind: 'list' },
  'batch-tags': { key: 'batchTag', kind: 'list' },
  'fail-on-trial-error': { key: 'failOnTrialError', kind: 'switch' },
  'force-flags': { key: 'forceFlags', kind: 'switch' },
  'force-sourcecode': { key: 'forceSourcecode', kind: 'switch' },
  gpus: { key: 'gpus', kind: 'text' },
  label: { key: 'label', kind: 'text' },
  'max-trials': { key: 'maxTrials', kind: 'number' },
  trials: { key: 'maxTrials', kind: 'number' },
  maximize: { key: 'maximize', kind: 'text' },
  minimize: { key: 'minimize', kind: 'text' },
  needed: { key: 'needed', kind: 'switch' },
  'no-gpus': { key: 'noGpus', kind: 'switch' },
  'opt-flag': { key: 'optFlag', kind: 'list' },
  'opt-flags': { key: 'optFlag', kind: 'list' },
  optimize: { key: 'optimize', kind: 'switch' },
  optimizer: { key: 'optimizer', kind: 'text' },
  'random-seed': { key: 'randomSeed', kind: 'number' },
  remote: { key: 'remote', kind: 'list' },
  'stop-after': { key: 'stopAfter', kind: 'number' },
  tag: { key: 'tag', kind: 'list' },
  tags: { key: 'tag', kind: 'list' },
};

const SHORT: Readonly<Record<string, string>> = {
  '-l': 'label',
  '-t': 'tag',
  '-o': 'optimizer',
  '-O': 'optimize',
  '-N': 'minimize',
  '-X': 'maximize',
  '-m': 'max-trials',
  '-r': 'remote',
  '-f': 'force-flags',
  '-bl': 'batch-label',
  '-bt': 'batch-tag',
  '-Fo': 'opt-flag',
};

export function stepOption(name: string): StepOption | null {
  return OPTIONS[SHORT[name] ?? name.replace(/^--/, '')] ?? null;
}

/** Options of a run that mean nothing in a step and take a value, so that the value isn't taken for a flag. */
export const IGNORED_WITH_VALUE: ReadonlySet<string> = new Set([
  '--run-dir',
  '-d',
  '--comment',
  '-c',
  '--restart',
  '--start',
  '--proto',
  '--pidfile',
  '--save-trials',
  '--dep',
  '-D',
  '--break',
  '--debug-sourcecode',
  '--stage-dir',
  '--batch-comment',
  '-bc',
  '--run-id',
  '--test-output-scalars',
  '--test-output-attrs',
]);

/** An option's value in its type; undefined for a number that is none. */
export function optionValue({ kind }: StepOption, given: readonly string[]): RunOptions[keyof RunOptions] {
  const last = given.at(-1) ?? '';
  switch (kind) {
    case 'switch':
      return !['no', 'false', 'off', '0'].includes(last.toLowerCase());
    case 'text':
      return last;
    case 'list':
      return given;
    case 'number':
      return Number.isFinite(Number(last)) ? Number(last) : undefined;
  }
}
