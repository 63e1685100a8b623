import type { Context } from './context.ts';

/** What the shell completes a value with. */
export type Completion =
  | 'runs'
  | 'remotes'
  | 'operations'
  | 'files'
  | 'folders'
  | 'flags'
  | 'shells'
  | 'statuses'
  | 'optimizers';

/** One option: the single source of parsing, help and completion. */
export interface OptionSpec {
  /** `--label`; more names for the same follow, such as `--restart`. */
  readonly long: readonly [string, ...string[]];
  /** `-l`, or one of Guild's short options of several letters, such as `-Fo`. */
  readonly short?: string;
  /** The name of its value in help; an option without one is a switch. */
  readonly value?: string;
  /** How the value is read; text unless said. `positive` is a whole number from 1, `number` any from 0. */
  readonly type?: 'integer' | 'positive' | 'number';
  readonly repeatable?: boolean;
  /** Values by a letter that may follow the short option, several at once: `-Sce`. */
  readonly letters?: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly complete?: Completion;
  /** Works, but help doesn't show it. */
  readonly hidden?: boolean;
}

export interface PositionalSpec {
  readonly name: string;
  readonly required?: boolean;
  readonly repeatable?: boolean;
  readonly complete?: Completion;
}

/** The words of one command as typed, by the option's first long name without dashes, in camelCase. */
export type OptionValues = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

export interface Invocation {
  readonly options: OptionValues;
  readonly words: readonly string[];
}

/** A command is a description plus a module that is loaded only when it is run. `execute` gives the exit status. */
export interface CommandSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** What `--help` says besides; paragraphs. */
  readonly description?: string;
  readonly examples: readonly { readonly line: string; readonly what: string }[];
  readonly options: readonly OptionSpec[];
  readonly positionals: readonly PositionalSpec[];
  /** Commands below this one, such as `runs info`. */
  readonly subcommands?: readonly CommandSpec[];
  readonly hidden?: boolean;
  load(): Promise<{ execute(invocation: Invocation, context: Context): Promise<number> }>;
}

/** `--batch-label` → `batchLabel`. */
export function optionKey({ long }: OptionSpec): string {
  return long[0].slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
