import { usageError } from '#protocol';
import type { RunRequest } from '#controller/operation';
import type { Context } from '../context.ts';

/** Whether the run is to stop in Python's debugger, which asks what to do next. */
export function wantsDebugger({ break: places = [], breakOnError = false }: RunRequest['options']): boolean {
  return places.length > 0 || breakOnError;
}

/** The size of the terminal that the debugger is to have; null for one that reads a pipe of this machine. Errors: `usage` where nobody could answer it. */
export function debuggerWindow(
  { isRemote, noWait = false }: { readonly isRemote: boolean; readonly noWait?: boolean | undefined },
  { stdin, stdout }: Context,
): Window | null {
  if (isRemote && noWait) throw unusable('--break and --break-on-error cannot be used with --no-wait');
  if (stdin.isTTY) return { columns: stdout.columns || 80, rows: stdout.rows || 24 };
  if (isRemote) throw unusable('--break and --break-on-error with --remote need a terminal to type in');
  return null;
}

/** In characters. */
export interface Window {
  readonly columns: number;
  readonly rows: number;
}

function unusable(message: string) {
  return usageError({
    code: 'usage',
    message,
    hint: 'Run the command by hand in a terminal, or leave the debugger out.',
  });
}
