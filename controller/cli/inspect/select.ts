import { encodeValue, shortId, UserError } from '#protocol';
import { operationName, scalarsOf, selectRuns, valueOf, type Run } from '#controller/runs';
import type { Invocation, OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { trialsInstead } from '../runs/batches.ts';
import { chosenRuns } from '../runs/filters.ts';
import { attrsOf, sortOf, sortRuns } from './comparison.ts';

/** `sortie select`: for scripts. Errors: `no-such-run` where nothing is left. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const sort = sortOf(options);
  const { attr } = options;
  const attrs = [...(typeof attr === 'string' ? [attr] : []), ...attrsOf([sort?.column])];
  const all = await chosenRuns(options, { context, fleet, attrs });
  const named = selectRuns(all, words);
  // Which is best is asked of a batch's trials.
  const found = sort === null || words.length === 0 ? named : trialsInstead(named, all, context.home);
  const sorted = sort === null ? found : bestFirst(found, sort, context);
  const chosen = options['all'] || words.length > 1 ? sorted : sorted.slice(0, 1);
  if (chosen.length === 0) {
    throw new UserError({
      code: 'no-such-run',
      message: sort === null ? 'no matching runs' : `no matching runs with '${sort.column}'`,
      hint: "Try 'sortie runs' for a list.",
    });
  }
  for (const run of chosen) context.stdout.write(`${wanted(run, options)}\n`);
  return 0;
}

/** The completed runs that have the column, best first: those of one operation, the newest run's. Says so where others are left out by that. */
function bestFirst(runs: readonly Run[], sort: Parameters<typeof sortRuns>[1], { stderr }: Context): Run[] {
  const completed = runs.filter(({ status, protoOpref }) => status === 'completed' && protoOpref === null);
  const sorted = sortRuns(completed, sort);
  const [operation, ...others] = new Set(
    completed.filter((run) => sorted.includes(run)).map(({ opref }) => operationName(opref)),
  );
  if (others.length > 0)
    stderr.write(
      `Only runs of ${operation ?? ''} are compared; use -Fo for another of ${others.join(', ')}\n`,
    );
  return sorted.filter(({ opref }) => operationName(opref) === operation);
}

function wanted(run: Run, { attr, path, shortId: isShort }: OptionValues): string {
  if (typeof attr === 'string') {
    const value = valueOf(run, attr, scalarsOf) ?? null;
    return value === null ? '' : typeof value === 'string' ? value : encodeValue(value);
  }
  if (path) return run.dir;
  return isShort ? shortId(run.id) : run.id;
}
