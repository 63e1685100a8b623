import { UserError } from '#protocol';
import type { RunOptions } from './request.ts';

type Option = keyof RunOptions;

/** Options that exclude each other. */
export const CONFLICTS: readonly (readonly [Option, Option])[] = [
  ['minimize', 'maximize'],
  ['noGpus', 'gpus'],
  ['optimize', 'optimizer'],
  ['printCmd', 'printEnv'],
  ['printTrials', 'stageTrials'],
  ['stage', 'background'],
  ['stage', 'pidfile'],
  ['remote', 'editFlags'],
  ['remote', 'editComment'],
  ['background', 'break'],
  ['background', 'breakOnError'],
];

/**
 * Guild refuses these for all that is remote. Here the process that feeds hosts with a batch's trials, or a pipeline's steps, is one of
 * this machine, and may go on in the background; a run by itself has none here.
 */
export const NOT_FOR_ONE_REMOTE_RUN: readonly Option[] = ['background', 'pidfile'];

/** Options that mean nothing where a run's own operation, flags and directory are taken. */
export const NOT_WITH_RESTART: readonly Option[] = [
  'helpModel',
  'helpOp',
  'optimize',
  'optimizer',
  'proto',
  'runDir',
  'stageDir',
  'testOutputScalars',
  'testOutputAttrs',
  'testSourcecode',
  'testFlags',
];

/** `batchLabel` → `--batch-label`. */
export function optionName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Errors: `conflict`, for options that cannot be used together; exit status 1, as Guild has it. */
export function checkConflicts(options: RunOptions, hasOperation: boolean): void {
  for (const [a, b] of CONFLICTS)
    if (isGiven(options[a]) && isGiven(options[b]))
      throw conflict(`${optionName(a)} and ${optionName(b)} cannot both be used`);
  if (!isGiven(options.restart)) return;
  if (hasOperation) throw conflict('OPERATION cannot be used with --restart');
  const wrong = NOT_WITH_RESTART.find((option) => isGiven(options[option]));
  if (wrong !== undefined) throw conflict(`${optionName(wrong)} cannot be used with --restart`);
}

/** Errors: `conflict`, for what a single run on a host can't have. */
export function checkRemoteRun(options: RunOptions): void {
  const wrong = NOT_FOR_ONE_REMOTE_RUN.find((option) => isGiven(options[option]));
  if (wrong !== undefined) throw conflict(`--remote and ${optionName(wrong)} cannot both be used`);
}

function isGiven(value: RunOptions[Option]): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

function conflict(message: string): UserError {
  return new UserError({ code: 'conflict', message, hint: "Try 'sortie run --help' for more information." });
}
