import { sharedBatches } from '#controller/batch';
import { formatRunsJson, formatRunTable, limitRuns } from '#controller/runs';
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
  stdout.write(formatRunTable(shown, { firstIndex: 1, cwd, groups: sharedBatches(context.home), ...dim }));
  if (note !== null) stderr.write(`${note}\n`);
  return 0;
}
