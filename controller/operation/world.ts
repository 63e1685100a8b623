/** A small program for a Python interpreter; it imports nothing but the standard library by itself. */
export interface PythonQuestion {
  readonly program: string;
  readonly args: readonly string[];
  /** Sent to its standard input. */
  readonly input: string;
  /** The project that the program may read, and its working directory. */
  readonly cwd: string;
  /** True when the program imports the user's code, so that it has to be asked where the user's packages are. */
  readonly needsPackages: boolean;
}

/** A run found for `operation:` dependencies, `--restart` and `--proto`. */
export interface FoundRun {
  readonly id: string;
  readonly opref: string;
  /** YAML text by name, as far as known. */
  readonly attrs: Readonly<Record<string, string>>;
  /** The host that has it; `local` for this one. */
  readonly host: string;
  /** Its source is what a prototype copies. */
  readonly dir: string;
}

export interface RunQuery {
  /** Regular expressions on operation names, with or without their model, any of which may match whole. */
  readonly operations: readonly string[];
  /** A run's id or the beginning of it. */
  readonly id: string | null;
  /** Who asks: runs of its own model and project go before those of others that happen to be called the same. */
  readonly from?: { readonly projectDir: string; readonly model: string };
}

/** All that planning may see of the machine: files are read, never written, and no host is touched except by what `askPython` does. */
export interface World {
  readonly cwd: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly user: string;
  readonly host: string;
  /** µs since the epoch. */
  readonly now: () => number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  readonly files: Files;
  /** Gives the program's standard output; null where no Python found. Errors: `python-failed`, with what it said. */
  readonly askPython: (question: PythonQuestion) => Promise<string | null>;
  /** The newest (or marked) run that may serve as a dependency. */
  readonly findRun: (query: RunQuery) => Promise<FoundRun | null>;
}

export interface Files {
  /** Null when there is no such file. */
  read(path: string): Buffer | null;
  kind(path: string): 'file' | 'directory' | null;
  isExecutable(path: string): boolean;
  /** Names in a directory, sorted; none when there is no such directory. */
  list(path: string): readonly string[];
}

/** For listing and completion: no script is run to learn its flags, which its syntax then tells as far as it does. */
export function withoutScripts(world: World): World {
  return {
    ...world,
    askPython: async (question) => (question.needsPackages ? null : world.askPython(question)),
  };
}
