import { UserError } from '#protocol';
import { isGiven, optionName, type Option } from './option-name.ts';
import type { RunOptions } from './request.ts';

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
  ['stageDir', 'background'],
  ['stageDir', 'pidfile'],
  ['runDir', 'background'],
  ['runDir', 'pidfile'],
  ['runDir', 'stageDir'],
];

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

/** Options that tell of an operation, which a prototype's run may no longer have. */
const ABOUT_AN_OPERATION: readonly Option[] = ['helpModel', 'helpOp', 'testFlags'];

/** Errors: `conflict`, for options that cannot be used together; exit status 1, as Guild has it. */
export function checkConflicts(options: RunOptions, hasOperation: boolean): void {
  for (const [a, b] of CONFLICTS)
    if (isGiven(options[a]) && isGiven(options[b]))
      throw conflict(`${optionName(a)} and ${optionName(b)} cannot both be used`);
  if (isGiven(options.proto) && !hasOperation) {
    const wrong = ABOUT_AN_OPERATION.find((option) => isGiven(options[option]));
    if (wrong !== undefined) throw conflict(`${optionName(wrong)} needs an OPERATION with --proto`);
  }
  if (!isGiven(options.restart)) return;
  if (hasOperation) throw conflict('OPERATION cannot be used with --restart');
  const wrong = NOT_WITH_RESTART.find((option) => isGiven(options[option]));
  if (wrong !== undefined) throw conflict(`${optionName(wrong)} cannot be used with --restart`);
}

function conflict(message: string): UserError {
  return new UserError({ code: 'conflict', message, hint: "Try 'sortie run --help' for more information." });
}
