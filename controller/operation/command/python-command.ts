import { posix } from 'node:path';
import { AGENT_PYTHON, PYTHON_EXE, usageError } from '#protocol';
import { isNotebookCommand, noBreaksInNotebook } from './notebook-command.ts';
import { FLAG_ARGS, type FlagsDest } from '../operation.ts';

/** The wrapper that hands flags to a module's names, and stops at breakpoints. */
export const WRAPPER = `${AGENT_PYTHON}/op_main.py`;

export interface PythonMain {
  /** `train`, `pkg.train`, `sub/train`, `sub/train.py`, `pkg.train:function`. */
  readonly main: string;
  readonly args: readonly string[];
  readonly dest: FlagsDest | null;
  /** Where source lies in the run directory. */
  readonly sourceDest: string;
  /** True for a path, relative to the source's root, that is a file. */
  readonly isSource: (path: string) => boolean;
  /** False where there is nothing to hand over. */
  readonly hasFlags: boolean;
  readonly debug: boolean;
}

/**
 * The words that start a Python operation. A program that reads its own arguments is started as it would be by hand, so that nothing of ours
 * stands in its way; only names to be set, functions and breakpoints need the wrapper.
 */
export function pythonCommand(init: PythonMain): string[] {
  const { main, args, dest, debug } = init;
  const injected =
    init.hasFlags && dest !== null && ['globals', 'global', 'dict', 'namespace'].includes(dest.kind);
  const callable = /^[\w./-]+:\w+$/.test(main);
  const base = [PYTHON_EXE, '-u'];
  if (injected || debug || callable || isBelowFolder(main))
    return [...base, WRAPPER, wrapperTarget(init), ...args, '--', FLAG_ARGS];
  return [...base, ...directTarget(init), ...args, FLAG_ARGS];
}

/** `sub/pkg.mod`: a module whose folder Python doesn't look in by itself. */
function isBelowFolder(main: string): boolean {
  const slash = main.lastIndexOf('/');
  return slash >= 0 && !main.endsWith('.py') && main.includes('.', slash);
}

/** The words that started a Python operation, with the wrapper between, which stops at breakpoints. Errors: `no-breaks` for a notebook. */
export function debuggedArgs(words: readonly string[]): readonly string[] {
  if (isNotebookCommand(words)) throw noBreaksInNotebook();
  const [python = '', unbuffered = '', first = '', ...rest] = words;
  if (python !== PYTHON_EXE || unbuffered !== '-u' || first === WRAPPER) return words;
  const [main = '', ...args] = first === '-m' ? rest : [first, ...rest];
  const own = args.filter((word) => word !== FLAG_ARGS);
  return [python, unbuffered, WRAPPER, main, ...own, '--', FLAG_ARGS];
}

/** The file of a module in the source, or null for a module that is installed. */
export function scriptOf({ main, isSource }: Pick<PythonMain, 'main' | 'isSource'>): string | null {
  const [module = ''] = main.split(':');
  const path = module.endsWith('.py') ? module : `${modulePath(module)}.py`;
  if (isSource(path)) return path;
  const packaged = posix.join(modulePath(module), '__main__.py');
  return isSource(packaged) ? packaged : null;
}

/** `a.b` is a module of a package; `sub/mod` a path. In `sub/pkg.mod` only the part after the slash is dotted. */
function modulePath(module: string): string {
  const slash = module.lastIndexOf('/');
  return module.slice(0, slash + 1) + module.slice(slash + 1).replaceAll('.', '/');
}

function directTarget(init: PythonMain): string[] {
  const { main, sourceDest } = init;
  const file = main.slice(main.lastIndexOf('/') + 1);
  const dotted = !main.endsWith('.py') && file.includes('.');
  const script = scriptOf(init);
  if (script !== null && !dotted && !script.endsWith('__main__.py')) return [posix.join(sourceDest, script)];
  if (main.endsWith('.py') || main.includes('/'))
    throw usageError({
      code: 'no-script',
      message: `cannot find Python module '${main}'`,
      hint: "Set main to a module of the project, such as 'train' or 'package.train', or a script's path.",
    });
  return ['-m', main];
}

function wrapperTarget(init: PythonMain): string {
  const { main, sourceDest } = init;
  return sourceDest === '.' || sourceDest === ''
    ? main
    : main.includes('/') || main.endsWith('.py')
      ? posix.join(sourceDest, main)
      : main;
}
