import { displayWidth } from './width.ts';

/**
 * What erases an inline frame after the terminal's size has changed. Terminals wrap its rows anew when they get narrower, so it takes more of
 * the screen than it had rows; the cursor stands below its last row. Rows that were pushed off the top are beyond reach.
 */
export function eraseReflowed(
  frame: readonly string[],
  { columns, rows, reflows }: { readonly columns: number; readonly rows: number; readonly reflows: boolean },
): string {
  const height = frame.reduce(
    (sum, row) => sum + (reflows ? Math.max(1, Math.ceil(displayWidth(row.trimEnd()) / columns)) : 1),
    0,
  );
  const up = Math.min(height, rows - 1);
  return up <= 0 ? '' : `\x1b[${up}A\r\x1b[J`;
}

/** Nearly all terminals wrap anew; the Linux console and GNU screen (not tmux, which uses its name) cut instead. */
export function doesReflow(env: Readonly<Record<string, string | undefined>>): boolean {
  const term = env['TERM'] ?? '';
  const isScreen = term.startsWith('screen') && (env['TMUX'] ?? '') === '';
  return term !== 'linux' && !isScreen;
}
