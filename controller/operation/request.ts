/** Every option of `run`, by its first long name in camelCase; absent means not given. */
export interface RunOptions {
  readonly label?: string | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly comment?: string | undefined;
  readonly editComment?: boolean | undefined;
  readonly editFlags?: boolean | undefined;
  readonly runDir?: string | undefined;
  readonly stage?: boolean | undefined;
  readonly stageDir?: string | undefined;
  /** Also `--start`. */
  readonly restart?: string | undefined;
  readonly proto?: string | undefined;
  readonly forceSourcecode?: boolean | undefined;
  readonly gpus?: string | undefined;
  readonly noGpus?: boolean | undefined;
  readonly gpusPerTrial?: string | undefined;
  readonly batchLabel?: string | undefined;
  readonly batchTag?: readonly string[] | undefined;
  readonly batchComment?: string | undefined;
  readonly editBatchComment?: boolean | undefined;
  readonly optimizer?: string | undefined;
  readonly optimize?: boolean | undefined;
  readonly minimize?: string | undefined;
  readonly maximize?: string | undefined;
  readonly optFlag?: readonly string[] | undefined;
  readonly maxTrials?: number | undefined;
  readonly randomSeed?: number | undefined;
  readonly debugSourcecode?: string | undefined;
  readonly stageTrials?: boolean | undefined;
  readonly remote?: readonly string[] | undefined;
  readonly yes?: boolean | undefined;
  readonly forceFlags?: boolean | undefined;
  readonly forceDeps?: boolean | undefined;
  /** Minutes; may be a fraction. */
  readonly stopAfter?: number | undefined;
  readonly failOnTrialError?: boolean | undefined;
  readonly needed?: boolean | undefined;
  readonly background?: boolean | undefined;
  readonly pidfile?: string | undefined;
  readonly noWait?: boolean | undefined;
  /** Trials at a time on each host. */
  readonly jobs?: number | undefined;
  readonly retries?: number | undefined;
  readonly canary?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly noTui?: boolean | undefined;
  readonly saveTrials?: string | undefined;
  readonly keepRun?: boolean | undefined;
  readonly keepBatch?: boolean | undefined;
  readonly dep?: readonly string[] | undefined;
  readonly break?: readonly string[] | undefined;
  readonly breakOnError?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly printCmd?: boolean | undefined;
  readonly printEnv?: boolean | undefined;
  readonly printTrials?: boolean | undefined;
  readonly helpModel?: boolean | undefined;
  readonly helpOp?: boolean | undefined;
  readonly testOutputScalars?: string | undefined;
  readonly testOutputAttrs?: string | undefined;
  readonly testSourcecode?: boolean | undefined;
  readonly testFlags?: boolean | undefined;
  readonly runId?: string | undefined;
}

/** Whether an operation is only told of. Nothing is run then, so that what a run would lack is no error. */
export function isPreview(options: RunOptions): boolean {
  const { printCmd, printEnv, printTrials, saveTrials, testSourcecode, testFlags, helpOp } = options;
  const { testOutputScalars, testOutputAttrs } = options;
  return [
    printCmd,
    printEnv,
    printTrials,
    saveTrials,
    testSourcecode,
    testFlags,
    testOutputScalars,
    testOutputAttrs,
    helpOp,
  ].some((option) => option !== undefined && option !== false);
}

/** What was typed: the operation, empty for the default one, and the words after it. */
export interface RunRequest {
  readonly opspec: string;
  /** `FLAG=VAL` and `@FILE`, as typed. */
  readonly flagArgs: readonly string[];
  readonly options: RunOptions;
}

/**
 * Takes the words of a command line apart: the operation goes first. Where a flag or a batch file does, the only word that is neither is the
 * operation, and without one it is the default operation.
 */
export function requestOf(words: readonly string[], options: RunOptions = {}): RunRequest {
  const [first, ...rest] = words;
  if (first === undefined) return { opspec: '', flagArgs: [], options };
  if (isFlagArg(first)) {
    const others = words.filter((word) => !isFlagArg(word));
    const [opspec = ''] = others;
    if (others.length > 1) return { opspec: '', flagArgs: words, options };
    return { opspec, flagArgs: words.filter(isFlagArg), options };
  }
  return { opspec: first, flagArgs: rest, options };
}

function isFlagArg(word: string): boolean {
  return word.includes('=') || word.startsWith('@');
}
