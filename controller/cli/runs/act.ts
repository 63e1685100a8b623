import { isFinal, usageError } from '#protocol';
import { formatRunTable, selectRuns, type Run } from '#controller/runs';
import type { Host } from '#controller/remotes';
import type { Invocation, OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { confirm } from '../prompt.ts';
import { wholeBatch } from './batches.ts';
import { chosenRuns, hasFilters } from './filters.ts';

/** What an act may need besides its runs. */
export interface Acting {
  readonly context: Context;
  readonly fleet: Fleet;
}

/** What a command does to each of the runs it is given. */
export interface Act {
  /** Such as `delete`: for the prompt. */
  readonly verb: string;
  readonly deleted?: boolean;
  /** It can't be undone: then an empty answer declines. */
  readonly isFinal?: boolean;
  /** A batch stands for its trials too. */
  readonly withTrials?: boolean;
  /** What happens where no run is named: all that the filters leave, or an error. */
  readonly withoutWords: 'all' | 'newest' | 'error';
  /** Attributes that are needed beside those of listings. */
  readonly attrs?: readonly string[];
  /** What has to come about before anything is changed, or refuses all of it. */
  readonly before?: (runs: readonly Run[], acting: Acting) => Promise<void>;
  /** Does it; the host is null for a run that is only here. */
  readonly each: (run: Run, host: Host | null, context: Context) => Promise<void>;
  /** What was done, to so many runs: `2 runs`. */
  readonly done: (runs: string) => string;
  /** One run that was named is acted on without a question. */
  readonly isHarmless?: boolean;
}

/** Chooses runs by words and filters, asks, and acts on each. Exit 4 when declined, as Guild's. */
export async function actOnRuns(act: Act, { options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const candidates = await candidatesFor(act, options, { context, fleet });
  if (words.length === 0 && act.withoutWords === 'error' && !hasFilters(options)) {
    throw usageError({
      code: 'usage',
      message: 'no runs given',
      hint: "Name runs from 'sortie runs', or use filters such as -Fo OP.",
    });
  }
  const isNewest = words.length === 0 && act.withoutWords === 'newest' && options['batch'] === undefined;
  const named = isNewest ? candidates.slice(0, 1) : selectRuns(candidates, words);
  const runs = act.withTrials
    ? [...new Set(named.flatMap((run) => wholeBatch(run, candidates, context.home)))]
    : named;
  const { stderr, stdout, cwd } = context;
  if (runs.length === 0) {
    stdout.write(`Nothing to ${act.verb}.\n`);
    return 0;
  }
  const count = `${runs.length} run${runs.length === 1 ? '' : 's'}`;
  const table = formatRunTable(runs, { firstIndex: null, cwd, indent: 2 });
  if (
    !options['yes'] &&
    !(act.isHarmless && words.length > 0 && runs.length === 1) &&
    !(await confirm(`You are about to ${act.verb} ${count}:\n${table}Continue?`, context, act))
  )
    return 4;
  await act.before?.(runs, { context, fleet });
  for (const run of runs)
    await act.each(run, await hostOf(run, options['remote'] !== undefined, fleet), context);
  stderr.write(`${act.done(count)}\n`);
  return 0;
}

/** A host lists no deleted runs: those of a remote are found by their mirrors, which were deleted with them. */
async function candidatesFor(
  act: Act,
  options: OptionValues,
  from: { readonly context: Context; readonly fleet: Fleet },
): Promise<Run[]> {
  const attrs = act.attrs ?? [];
  const remotes = options['remote'] as readonly string[] | undefined;
  if (!act.deleted || remotes === undefined) {
    return chosenRuns({ ...options, deleted: act.deleted === true }, { ...from, attrs });
  }
  const names = new Set(from.fleet.names(remotes));
  const trash = await chosenRuns({ ...options, remote: undefined, deleted: true }, { ...from, attrs });
  return trash.filter(({ remote }) => remote !== null && names.has(remote));
}

/** The host to ask: for a run that lives here, this machine's agent; for a mirror only where the remote was named. */
async function hostOf({ remote, status }: Run, isAsked: boolean, fleet: Fleet): Promise<Host | null> {
  if (remote !== null) return isAsked ? (await fleet.open(remote)).host : null;
  return isFinal(status) ? null : (await fleet.open('local')).host;
}
