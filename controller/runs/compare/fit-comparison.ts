import { textWidth } from '../render/columns.ts';
import { printable } from '../render/format.ts';
import { flagsOf, labelOf, type Run } from '../read/run.ts';
import type { Comparison } from './compare-runs.ts';
import { cellText, formatComparison } from './format-comparison.ts';

/** Columns that a narrow screen can do without, those first that say least. */
const DISPENSABLE = ['started', 'step', 'label', 'status', 'time'];

/** A comparison as somebody reads it: what is the same for all runs once above, and the columns in which they differ. */
export interface FittedComparison {
  readonly same: readonly (readonly [name: string, text: string])[];
  readonly table: Comparison;
  /** The columns that there was no room for. */
  readonly leftOut: readonly string[];
}

/** Fits a comparison to a terminal of so many columns; Infinity for any other reader. What was asked for by name always stays. */
export function fitComparison(comparison: Comparison, columns: number): FittedComparison {
  const { header, rows, asked } = comparison;
  const texts = (place: number) => rows.map(({ cells }) => cellText(cells[place]));
  const isFree = (name: string) => name !== 'run' && !asked.has(name);
  const isEmpty = (place: number) => texts(place).every((text) => text === '');
  const isSame = (place: number) => rows.length > 1 && new Set(texts(place)).size === 1;
  const repeatsFlags = rows.every(({ run }) => isMadeOfFlags(run));
  const dropped = header.filter(
    (name, place) => isFree(name) && (isEmpty(place) || (name === 'label' && repeatsFlags)),
  );
  const same = header.flatMap((name, place) =>
    isFree(name) && !dropped.includes(name) && isSame(place) ? [[name, texts(place)[0] ?? ''] as const] : [],
  );
  const gone = new Set([...dropped, ...same.map(([name]) => name)]);
  const table = without(comparison, gone);
  const leftOut = expendable(table, columns);
  return { same, table: without(table, new Set(leftOut)), leftOut };
}

/** The columns without which a table fits; none where nothing helps, as whoever scrolls sideways can see all of them. */
function expendable(table: Comparison, columns: number): readonly string[] {
  const candidates = DISPENSABLE.filter((name) => table.header.includes(name) && !table.asked.has(name));
  const sets = candidates.map((_, count) => candidates.slice(0, count + 1));
  const fits = (names: readonly string[]) => widthOf(without(table, new Set(names))) <= columns;
  return [[], ...sets].find(fits) ?? [];
}

/** The lines of a fitted comparison, for a terminal of so many columns; nothing for no runs. */
export function formatFitted({ same, table, leftOut }: FittedComparison, columns = Infinity): string {
  const { length } = table.rows;
  if (length === 0) return '';
  const all = same.map(([name, text]) => `  ${printable(name)}=${printable(text)}`);
  const above = all.length === 0 ? '' : wrapped([`${length} runs, all with`, ...all], columns);
  const below = leftOut.length === 0 ? '' : `no room for ${leftOut.join(', ')}: see --all-columns\n`;
  return `${above}${formatComparison(table)}${below}`;
}

/** Parts on as few lines as they fit. */
function wrapped(parts: readonly string[], columns: number): string {
  const lines = [''];
  for (const part of parts) {
    const line = lines.at(-1) ?? '';
    if (line === '' || line.length + part.length <= columns) lines.splice(-1, 1, line + part);
    else lines.push(part);
  }
  return `${lines.join('\n')}\n`;
}

function without({ header, rows, asked }: Comparison, names: ReadonlySet<string>): Comparison {
  const kept = header.flatMap((name, place) => (names.has(name) ? [] : [place]));
  return {
    header: kept.map((place) => header[place] ?? ''),
    rows: rows.map(({ run, cells }) => ({ run, cells: kept.map((place) => cells[place]) })),
    asked,
  };
}

function widthOf(comparison: Comparison): number {
  return Math.max(
    0,
    ...formatComparison(comparison)
      .split('\n')
      .map((line) => textWidth(line)),
  );
}

/** A trial's label says its flags, unless somebody gave it another. */
function isMadeOfFlags(run: Run): boolean {
  const flags = flagsOf(run);
  return labelOf(run)
    .split(' ')
    .every((word) => word === '' || Object.hasOwn(flags, word.slice(0, word.indexOf('='))));
}
