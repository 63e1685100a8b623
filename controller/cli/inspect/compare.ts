import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  compareRuns,
  comparisonCsv,
  comparisonJson,
  fitComparison,
  formatComparison,
  formatFitted,
  isBatch,
  parseColumns,
  scalarsOf,
  selectRuns,
} from '#controller/runs';
import type { Invocation, OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { chosenRuns } from '../runs/filters.ts';
import { writePaged } from '../paged.ts';
import { trialsInstead } from '../runs/batches.ts';
import { attrsOf, operationColumns, sortOf } from './comparison.ts';

/** `sortie compare`: a batch stands for its trials. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const columns = columnsOf(options);
  const attrs = ['compare', ...attrsOf([columns.columns, columns.strictColumns])];
  const all = await chosenRuns(options, { context, fleet, attrs, refresh: true });
  const named = words.length === 0 ? all.filter((run) => !isBatch(run)) : selectRuns(all, words);
  const runs = trialsInstead(named, all, context.home);
  const sort = sortOf(options);
  const by = sort === null ? undefined : (parseColumns(sort.column)[0]?.header ?? sort.column);
  const { limit, csv } = options;
  const comparison = compareRuns(runs, scalarsOf, {
    ...columns,
    skipCore: options['skipCore'] === true,
    skipOperation: options['skipOpCols'] === true,
    extra: options['extraCols'] === true,
    allScalars: options['allScalars'] === true,
    columnsOf: operationColumns,
    now: new Date(),
    ...(sort === null || by === undefined ? {} : { sort: { by, order: sort.order } }),
    ...(typeof limit === 'number' ? { limit } : {}),
  });
  const { stdout, stderr, cwd, env } = context;
  if (typeof csv === 'string' && csv !== '-') {
    writeFileSync(resolve(cwd, csv), comparisonCsv(comparison));
    const { length } = comparison.rows;
    stderr.write(`wrote ${length} row${length === 1 ? '' : 's'} to ${csv}\n`);
  } else if (csv === '-') stdout.write(comparisonCsv(comparison));
  else if (options['json']) stdout.write(`${JSON.stringify(comparisonJson(comparison))}\n`);
  else {
    const width = stdout.isTTY ? stdout.columns : Infinity;
    const text =
      options['allColumns'] === true
        ? formatComparison(comparison)
        : formatFitted(fitComparison(comparison, width), width);
    await writePaged(text, stdout, env);
  }
  return 0;
}

/** The columns asked for, and the one that is sorted by. */
function columnsOf(options: OptionValues): { readonly columns?: string; readonly strictColumns?: string } {
  const { columns, strictColumns } = options;
  const sort = sortOf(options)?.column;
  const join = (text: unknown) => [text, sort].filter((each) => typeof each === 'string').join(', ');
  if (typeof strictColumns === 'string') return { strictColumns: join(strictColumns) };
  return typeof columns === 'string' || sort !== undefined ? { columns: join(columns) } : {};
}
