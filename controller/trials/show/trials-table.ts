import type { Flags } from '../flags.ts';
import { cellsOf, columnsOf, encoder } from './columns.ts';

const GAP = '  ';

/**
 * The table of `--print-trials`: a number from 1, then every flag by name; columns to the left, two spaces between them. Text that
 * would fold or break is kept on its line, so that a trial is a line. No trials, no text; otherwise it ends with a newline.
 */
export function trialsTable(trials: readonly Flags[]): string {
  if (trials.length === 0) return '';
  const columns = columnsOf(trials);
  const encode = encoder({ oneLine: true });
  const rows = [
    ['#', ...columns],
    ...trials.map((trial, index) => [String(index + 1), ...cellsOf(trial, columns, encode)]),
  ];
  const widths = ['#', ...columns].map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  // The last column isn't padded.
  widths[columns.length] = 0;
  return rows
    .map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(GAP)}\n`)
    .join('');
}
