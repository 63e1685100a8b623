import papaparse from 'papaparse';
import { encodeValue } from '#protocol';
import { shortestFloat32 } from '../read/float32.ts';
import { isMarked, timeOf } from '../read/run.ts';
import { formatColumns } from '../render/columns.ts';
import { isoTime, printable } from '../render/format.ts';
import { jsonOf, type Json } from '../render/run-json.ts';
import type { Cell, Comparison } from './compare-runs.ts';

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

/** A comparison's rows as JSON, with full precision and times as ISO 8601. */
export function comparisonJson({ header, rows }: Comparison): Json[] {
  return rows.map(({ run, cells }) =>
    Object.fromEntries(
      header.map((name, place) => {
        const isTime = name === 'started' || name === 'stopped';
        return [name, isTime ? isoTime(timeOf(run, name)) : jsonOf(cells[place] ?? null)];
      }),
    ),
  );
}

/** A cell as the table shows it: with the digits that a float32 has, so that 0.9999999 never looks like 1. */
export function cellText(cell: Cell): string {
  if (typeof cell !== 'number' || !Number.isFinite(cell)) return rawText(cell);
  const short = shortestFloat32(cell);
  return encodeValue(Number.isInteger(short) ? cell : short);
}

function rawText(cell: Cell): string {
  if (cell === undefined || cell === null) return '';
  return typeof cell === 'string' ? cell : encodeValue(cell);
}
