import { sharedBatches } from '#controller/batch';
import {
  formatRunInfo,
  formatRunsJson,
  formatRunTable,
  limitRuns,
  runInfo,
  scalarsOf,
  selectRuns,
  type Run,
  type RunTable,
} from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { trialsAmong } from './batches.ts';
import { chosenRuns, hasFilters } from './filters.ts';

/** `sortie runs [RUN…]`: a batch stands for its trials and itself. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const found = await chosenRuns(options, { context, fleet, refresh: true });
  const runs = words.length === 0 ? found : named(found, words, context.home);
  const { stdout, stderr, cwd, env } = context;
  const { limit } = options;
  const all = options['all'] === true || (options['json'] === true && limit === undefined);
  const count = typeof limit === 'number' ? { count: limit } : {};
  const { shown, note } = limitRuns(runs, {
    ...count,
    all: all || words.length > 0,
    more: options['more'] === true ? 1 : 0,
  });
  if (options['json']) {
    stdout.write(formatRunsJson(shown, scalarsOf));
    return 0;
  }
  const dim = stdout.isTTY && !env['NO_COLOR'] ? { dim: (text: string) => `\u001b[2m${text}\u001b[22m` } : {};
  const table = {
    cwd,
    simple: options['simplified'] === true,
    groups: sharedBatches(context.home),
    among: found,
    ...dim,
  };
  stdout.write(
    options['verbose']
      ? verbose(shown, table) // An index is the place among all runs.
      : formatRunTable(shown, { ...table, firstIndex: words.length === 0 ? 1 : null }),
  );
  if (shown.length === 0 && hasFilters(options)) stderr.write('no runs match these filters\n');
  if (note !== null) stderr.write(`${note}\n`);
  return 0;
}

function named(found: readonly Run[], words: readonly string[], home: string): Run[] {
  const chosen = selectRuns(found, words);
  const all = new Set(chosen.flatMap((run) => [run, ...trialsAmong(found, run, home)]));
  return found.filter((run) => all.has(run));
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
