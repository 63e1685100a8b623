import { UserError } from '#protocol';
import type { Terminal } from './terminal.ts';

/** Why an act failed, in one line: a user's error with its hint; a bug with where its details are. */
export function failureWords(error: unknown, { logBug }: Pick<Terminal, 'logBug'>): string {
  if (error instanceof UserError) {
    return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
  }
  const message = error instanceof Error ? error.message : String(error);
  try {
    const path = logBug?.(error);
    return `internal error: ${message}${path === undefined ? '' : ` (details: ${path})`}`;
  } catch {
    // A full disk is no reason to end the view.
    return `internal error: ${message}`;
  }
}
