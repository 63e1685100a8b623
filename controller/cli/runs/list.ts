import { sharedBatches } from '#controller/batch';
import {
  formatRunInfo,
  formatRunsJson,
  formatRunTable,
  limitRuns,
  runInfo,
  scalarsOf,
  type Run,
  type RunTable,
} from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { chosenRuns } from './filters.ts';

/** `sortie runs`. */
export async function execute({ options }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const runs = await chosenRuns(options, { context, fleet, refresh: true });
  const { stdout, stderr, cwd, env } = context;
  const { limit } = options;
  const all = options['all'] === true || (options['json'] === true && limit === undefined);
  const count = typeof limit === 'number' ? { count: limit } : {};
  const { shown, note } = limitRuns(runs, { ...count, all, more: options['more'] === true ? 1 : 0 });
  if (options['json']) {
    stdout.write(formatRunsJson(shown));
    return 0;
  }
  const dim = stdout.isTTY && !env['NO_COLOR'] ? { dim: (text: string) => `\u001b[2m${text}\u001b[22m` } : {};
  const table = { cwd, simple: options['simplified'] === true, groups: sharedBatches(context.home), ...dim };
  stdout.write(
    options['verbose'] ? verbose(shown, table) : formatRunTable(shown, { ...table, firstIndex: 1 }),
  );
  if (note !== null) stderr.write(`${note}\n`);
  return 0;
}

/** Each run's row, and what is known of it below. */
function verbose(runs: readonly Run[], table: Omit<RunTable, 'firstIndex' | 'groups'>): string {
  return runs
    .map((run, index) => {
      const about = formatRunInfo(runInfo(run, scalarsOf(run)))
        .replace(/^/gm, '  ')
        .trimEnd();
      return `${formatRunTable([run], { ...table, firstIndex: index + 1 })}${about}\n`;
    })
    .join('');
}
