import { isList } from '#protocol';
import {
  attributeOf,
  compareRuns,
  parseColumns,
  scalarsOf,
  type CompareOptions,
  type Run,
} from '#controller/runs';
import type { OptionValues } from '../command.ts';
import { exclusive } from '../exclusive.ts';

/** What `--min` or `--max` sorts by, and the column that shows it. */
export function sortOf(
  options: OptionValues,
): { readonly column: string; readonly order: 'min' | 'max' } | null {
  const order = exclusive(options, ['min', 'max']);
  return order === null ? null : { column: String(options[order]), order };
}

/** Attributes that columns show beside those of listings. */
export function attrsOf(columns: readonly (string | undefined)[]): string[] {
  const parsed = columns.flatMap((text) => parseColumns(text ?? ''));
  return parsed.flatMap((column) => (column.kind === 'attribute' ? [column.name] : []));
}

/** The columns that an operation says it is compared by; null where it says nothing. */
export function operationColumns(run: Run): readonly string[] | null {
  const compare = attributeOf(run, 'compare');
  return isList(compare) ? compare.filter((column) => typeof column === 'string') : null;
}

/** Runs by a column, those without it left out. */
export function sortRuns(
  runs: readonly Run[],
  { column, order }: NonNullable<ReturnType<typeof sortOf>>,
): Run[] {
  const by = parseColumns(column)[0]?.header ?? column;
  const options: CompareOptions = { strictColumns: column, sort: { by, order }, now: new Date() };
  const { header, rows } = compareRuns(runs, scalarsOf, options);
  const place = header.indexOf(by);
  return rows
    .filter(({ cells }) => cells[place] !== undefined && cells[place] !== null)
    .map(({ run }) => run);
}
