import type { Value } from './value.ts';

/** How the flags of a Python program reach it. */
export type FlagsDest =
  | { readonly kind: 'args'; readonly framework: 'argparse' | 'click' }
  | { readonly kind: 'globals' }
  | { readonly kind: 'global' | 'dict' | 'namespace'; readonly name: string }
  | { readonly kind: 'config'; readonly file: string }
  | { readonly kind: 'none' };

/** How one flag becomes words of a command and a variable of its environment. Absent is Guild's default. */
export interface CommandFlag {
  readonly argName?: string;
  readonly argSkip?: boolean;
  readonly argSwitch?: Value;
  /** `true` or `shlex`: as a shell splits; other text: at that text. */
  readonly argSplit?: string | boolean;
  readonly argEncoding?: readonly (readonly [Value, string])[];
  readonly envName?: string;
  readonly envEncoding?: readonly (readonly [Value, string])[];
}

/** What the attribute `op` keeps of an operation: enough to render its command again with other flags, for trials and restarts. */
export interface OperationData {
  /** Words with `${flag}` references; `__flag_args__` stands for the flags' own. */
  readonly cmdArgs: readonly string[];
  readonly cmdEnv: ReadonlyMap<string, string>;
  /** Names of its variables whose values were not written down, and have to be found again; none where nothing was left out. */
  readonly withheld: readonly string[];
  readonly cmdFlags: ReadonlyMap<string, CommandFlag>;
  readonly flagsDest: FlagsDest | null;
  readonly nullLabels: ReadonlyMap<string, Value>;
  readonly labelTemplate: string | null;
  readonly pythonRequires: string | null;
  readonly isPython: boolean;
  /** Whether installed packages are recorded with runs. */
  readonly pipFreeze: boolean;
  /** As guild.yml has it; undefined where it says nothing, and the default rule holds. */
  readonly outputScalars: Value | undefined;
  readonly outputAttrs: Value | undefined;
  readonly deps: Value;
  readonly sourcecode: { readonly dest: string; readonly root: string | null };
  readonly flagsExtra: ReadonlyMap<string, Value>;
  readonly deleteOnSuccess: boolean;
}

export const FLAG_ARGS = '__flag_args__';

/** What stands for the command of a pipeline in its attributes: the program's place changes from install to install. */
export const STEPS_COMMAND = ['sortie', 'steps'];

/** Reads `args`, `args:click`, `globals`, `global:NAME`, `dict:NAME`, `namespace:NAME`, `config:FILE` and `none`; null when it is none of these. */
export function parseFlagsDest(text: string): FlagsDest | null {
  const colon = text.indexOf(':');
  const [kind, name] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  switch (kind) {
    case 'args':
      if (name === '' || name === 'argparse') return { kind, framework: 'argparse' };
      return name === 'click' ? { kind, framework: 'click' } : null;
    case 'globals':
    case 'none':
      return name === '' ? { kind } : null;
    case 'global':
    case 'dict':
    case 'namespace':
      return name === '' ? null : { kind, name };
    case 'config':
      return name === '' ? null : { kind, file: name };
    default:
      return null;
  }
}

export function formatFlagsDest(dest: FlagsDest): string {
  switch (dest.kind) {
    case 'args':
      return dest.framework === 'click' ? 'args:click' : 'args';
    case 'globals':
    case 'none':
      return dest.kind;
    case 'global':
    case 'dict':
    case 'namespace':
      return `${dest.kind}:${dest.name}`;
    case 'config':
      return `config:${dest.file}`;
  }
}
