import { posix } from 'node:path';
import { AGENT_PYTHON, PYTHON_EXE, usageError } from '#protocol';
import { FLAG_ARGS } from '../operation.ts';

/** The program that puts flags into a notebook and has it executed. */
const NOTEBOOK_RUNNER = `${AGENT_PYTHON}/op_notebook.py`;

export interface NotebookMain {
  /** Relative to the source's root. */
  readonly path: string;
  readonly args: readonly string[];
  /** Where source lies in the run directory. */
  readonly sourceDest: string;
  /** Patterns of what stands for flags in cells, by flag. */
  readonly replacements: Iterable<readonly [name: string, patterns: readonly string[]]>;
}

export function notebookCommand({ path, args, sourceDest, replacements }: NotebookMain): string[] {
  const patterns = [...replacements].flatMap(([name, each]) =>
    each.map((pattern) => `--nb-replace=${name}=${pattern}`),
  );
  const place = path.startsWith('/') ? path : posix.join(sourceDest, path);
  return [PYTHON_EXE, '-u', NOTEBOOK_RUNNER, place, ...args, ...patterns, '--', FLAG_ARGS];
}

export function isNotebookCommand(words: readonly string[]): boolean {
  return words[2] === NOTEBOOK_RUNNER;
}

/** A kernel has no terminal to debug at. */
export function noBreaksInNotebook() {
  return usageError({
    code: 'no-breaks',
    message: 'breakpoints are for Python scripts: a notebook cannot stop at one',
    hint: 'Export it as a script with: jupyter nbconvert --to script',
  });
}
