import papaparse from 'papaparse';
import { encodeValue } from '#protocol';
import { isMarked } from '../read/run.ts';
import { formatColumns } from '../render/columns.ts';
import { printable } from '../render/format.ts';
import type { Cell, Comparison } from './compare-runs.ts';

/** Decimals of floats in a table; cut off, not rounded, so that 0.9999999 never looks like 1. */
const DECIMALS = 6;

/** A comparison for the terminal; nothing for no runs. */
export function formatComparison({ header, rows }: Comparison): string {
  if (rows.length === 0) return '';
  const operation = header.indexOf('operation');
  const lines = rows.map(({ run, cells }) =>
    cells.map((cell, i) => {
      const text = printable(cellText(cell));
      return i === operation && isMarked(run) ? `${text} [marked]` : text;
    }),
  );
  return formatColumns([header.map(printable), ...lines]);
}

/** A comparison as CSV with a heading and full precision; nothing for no runs. */
export function comparisonCsv({ header, rows }: Comparison): string {
  if (rows.length === 0) return '';
  const lines = rows.map(({ cells }) => cells.map(rawText));
  return `${papaparse.unparse([[...header], ...lines], { newline: '\n' })}\n`;
}

/** A cell as the table and the view show it. */
export function cellText(cell: Cell): string {
  if (typeof cell !== 'number' || !Number.isFinite(cell)) return rawText(cell);
  const text = encodeValue(cell);
  return text.replace(new RegExp(`(\\.\\d{${DECIMALS}})\\d+`), '$1');
}

function rawText(cell: Cell): string {
  if (cell === undefined || cell === null) return '';
  return typeof cell === 'string' ? cell : encodeValue(cell);
}
