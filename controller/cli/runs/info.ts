import { formatRunInfo, runInfo, runInfoJson, scalarsOf, selectOne } from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { chosenRuns } from './filters.ts';

/** `sortie runs info [RUN]`: the newest without one. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const run = selectOne(await chosenRuns(options, { context, fleet, refresh: true }), words[0]);
  const items = runInfo(run, scalarsOf(run), {
    env: options['env'] === true,
    deps: options['deps'] === true,
    allScalars: options['allScalars'] === true,
  });
  context.stdout.write(options['json'] ? `${JSON.stringify(runInfoJson(items))}\n` : formatRunInfo(items));
  return 0;
}
