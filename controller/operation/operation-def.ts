import type { FlagDef } from './flags/flag-def.ts';
import type { FlagsDest } from './operation.ts';
import type { Value } from './value.ts';

/** How an operation's process is made. */
export type Program =
  /** A module or script of the source and the words after it, as `main` has them. */
  | { readonly kind: 'python'; readonly main: string; readonly args: readonly string[] }
  | { readonly kind: 'exec'; readonly words: readonly string[] }
  | { readonly kind: 'steps'; readonly steps: Value }
  /** A notebook of the source and the words after it: what Guild calls `guild.plugins.nbexec`. */
  | { readonly kind: 'notebook'; readonly path: string; readonly args: readonly string[] };

/** Whether a program runs in the host's Python. */
export function runsInPython({ kind }: Program): boolean {
  return kind === 'python' || kind === 'notebook';
}

/** Which of a script's flags an operation takes: all, only those that it also defines, or those named. */
export type FlagsImport = 'all' | 'defined' | readonly string[];

/** An operation as guild.yml has it, or as a script alone implies it, before its flags have values. */
export interface OperationDef {
  /** What of its part of guild.yml is not as it should be, each with its line. */
  readonly warnings: readonly string[];
  readonly name: string;
  readonly model: ModelInfo;
  readonly opref: string;
  readonly description: string;
  readonly program: Program;
  readonly flags: ReadonlyMap<string, FlagDef>;
  readonly flagsDest: FlagsDest | null;
  readonly flagsImport: FlagsImport;
  readonly flagsImportSkip: readonly string[];
  readonly defaultFlagArgSkip: boolean;
  readonly env: ReadonlyMap<string, string>;
  readonly envSecrets: readonly string[];
  readonly sourcecode: Value | undefined;
  readonly pythonPath: readonly string[];
  readonly pythonRequires: string | null;
  readonly requires: readonly Value[];
  readonly plugins: Value | undefined;
  readonly label: string | null;
  readonly tags: readonly string[];
  readonly compare: Value;
  readonly outputScalars: Value | undefined;
  readonly outputAttrs: Value | undefined;
  readonly objective: string;
  readonly optimizers: readonly OptimizerDef[];
  readonly defaultMaxTrials: number | null;
  readonly deleteOnSuccess: boolean;
  readonly canStageTrials: boolean;
  readonly handleKeyboardInterrupt: boolean;
  readonly runAttrs: Value;
  /** Whether installed packages are recorded. */
  readonly pipFreeze: boolean;
}

export interface OptimizerDef {
  readonly name: string;
  readonly algorithm: string;
  readonly isDefault: boolean;
  readonly flags: ReadonlyMap<string, Value>;
}

/** What an operation has from its model. */
export interface ModelInfo {
  readonly name: string;
  readonly description: string;
  /** The folder of guild.yml, or the one that holds script and working directory. Absolute. */
  readonly dir: string;
  readonly sourcecode: Value | undefined;
  readonly resources: ReadonlyMap<string, Value>;
  readonly operations: readonly string[];
}

/** Everything that guild.yml may leave out, left out. */
export function operationDef(
  given: Pick<OperationDef, 'name' | 'model' | 'opref' | 'program'> & Partial<OperationDef>,
): OperationDef {
  return {
    warnings: [],
    description: '',
    flags: new Map(),
    flagsDest: null,
    flagsImport: 'defined',
    flagsImportSkip: [],
    defaultFlagArgSkip: false,
    env: new Map(),
    envSecrets: [],
    sourcecode: undefined,
    pythonPath: [],
    pythonRequires: null,
    requires: [],
    plugins: undefined,
    label: null,
    tags: [],
    compare: null,
    outputScalars: undefined,
    outputAttrs: undefined,
    objective: 'loss',
    optimizers: [],
    defaultMaxTrials: null,
    deleteOnSuccess: false,
    canStageTrials: false,
    handleKeyboardInterrupt: false,
    runAttrs: null,
    pipFreeze: true,
    ...given,
  };
}
