import * as v from 'valibot';
import { isFinal, shortId, StopSignal, usageError } from '#protocol';
import { groupOf } from '#controller/batch';
import { listRuns } from '#controller/runs';
import type { Invocation, OptionValues } from './command.ts';
import type { Context } from './context.ts';
import { findRun, type RunPlace } from './find-run.ts';
import { Fleet } from './fleet.ts';
import { confirm } from './prompt.ts';
import { chosenRuns, hasFilters, type ChoosingFrom } from './runs/filters.ts';
import { stopRuns } from './stop-runs.ts';

/** `sortie stop [RUN…]`. Exit 4 when the prompt is declined, as Guild's. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const isFiltered = words.length === 0 && hasFilters(options);
  const remotes = isFiltered
    ? []
    : options['remote']
      ? fleet.names(options['remote'] as string[])
      : [undefined];
  const places: RunPlace[] = isFiltered ? await filtered(options, { context, fleet }) : [];
  for (const remote of remotes) {
    if (words.length === 0) places.push(...(await running(fleet, remote)));
    if (words.length === 0 && remote === undefined) places.push(...(await runningElsewhere(fleet, context)));
    for (const word of words) places.push(await findRun(word, { context, fleet, remote }));
  }
  for (const place of places) places.push(...(await otherShares(place, places, { context, fleet })));
  const { stdout } = context;
  if (places.length === 0) {
    stdout.write('Nothing to stop.\n');
    return 0;
  }
  const list = places.map(({ id, opened }) => `  ${shortId(id)}  ${opened.host.name}\n`).join('');
  if (
    !options['yes'] &&
    !(await confirm(
      `You are about to stop ${places.length} run${places.length === 1 ? '' : 's'}\n${list}Continue?`,
      context,
      { isFinal: true },
    ))
  )
    return 4;
  const seconds = options['grace'];
  const graceMs = typeof seconds === 'number' ? seconds * 1000 : undefined;
  const how = { graceMs, first: signalOf(options['signal']) };
  const ends = await stopRuns(places, { context, fleet, how });
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return ends.every((end) => end.status === 'fulfilled' && isFinal(end.value.status)) ? 0 : 1;
}

/** `INT`, `SIGINT` or `int`. Errors: `usage` for what a stop can't begin with. */
function signalOf(option: OptionValues[string]): StopSignal | undefined {
  if (typeof option !== 'string') return undefined;
  const name = v.safeParse(StopSignal, option.toUpperCase().replace(/^SIG/, ''));
  if (name.success) return name.output;
  throw usageError({
    code: 'usage',
    message: `--signal: '${option}' is not a signal that a stop can begin with`,
    hint: `Use one of ${StopSignal.options.join(', ')}; --grace 0 kills at once.`,
  });
}

/** The parts of a batch that was left to several hosts are stopped together. */
async function otherShares(
  { id }: RunPlace,
  known: readonly RunPlace[],
  { context, fleet }: { readonly context: Context; readonly fleet: Fleet },
): Promise<RunPlace[]> {
  const shares = groupOf(context.home, id)?.shares ?? [];
  const others = shares.filter(({ batch }) => !known.some((place) => place.id === batch.id));
  return Promise.all(
    others.map(async ({ remote, batch }) => ({ id: batch.id, opened: await fleet.open(remote) })),
  );
}

async function running(fleet: Fleet, remote: string | undefined): Promise<RunPlace[]> {
  const opened = await fleet.open(remote ?? 'local');
  const listed = await opened.host.runs({ attrs: [] });
  return listed
    .filter(({ state }) => state.status === 'running' || state.status === 'pending')
    .map(({ state }) => ({ id: state.id, opened }));
}

/** Runs that have not ended, of those that the command's filters leave. */
async function filtered(options: OptionValues, from: ChoosingFrom): Promise<RunPlace[]> {
  const runs = await chosenRuns(options, { ...from, refresh: true });
  const live = runs.filter(({ status }) => status === 'running' || status === 'pending');
  return Promise.all(
    live.map(async ({ id, remote }) => ({ id, opened: await from.fleet.open(remote ?? 'local') })),
  );
}

/** Runs of other hosts that had not ended when they were last seen. */
async function runningElsewhere(fleet: Fleet, { home }: Context): Promise<RunPlace[]> {
  const live = listRuns(home).filter(({ status }) => status === 'running' || status === 'pending');
  const places = live.flatMap(({ id, remote }) => (remote === null ? [] : [{ id, remote }]));
  return Promise.all(places.map(async ({ id, remote }) => ({ id, opened: await fleet.open(remote) })));
}
