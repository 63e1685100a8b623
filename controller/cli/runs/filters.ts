import { OPREF_ATTRS, RunStatus, usageError } from '#protocol';
import * as v from 'valibot';
import {
  filterRuns,
  listRuns,
  readAttributes,
  runOnHost,
  scalarsOf,
  LISTED_ATTRIBUTES,
  type Run,
  type RunFilters,
} from '#controller/runs';
import { optionKey, type OptionValues } from '../command.ts';
import { filterOptions } from '../commands/filter-options.ts';
import type { Context } from '../context.ts';
import type { Fleet } from '../fleet.ts';
import { batchIds } from './batches.ts';
import { waitsHere, withLocalWaits } from './local-waits.ts';

export interface ChoosingFrom {
  readonly context: Context;
  readonly fleet: Fleet;
  /** Attributes that are needed beside those of listings. */
  readonly attrs?: readonly string[];
  /** Asks hosts that can be reached at once what became of the runs that were live when last seen. */
  readonly refresh?: boolean;
}

/** The runs that a command's options leave: those of this machine and the mirrors, or with `--remote` those that hosts tell of. Newest first. */
export async function chosenRuns(options: OptionValues, from: ChoosingFrom): Promise<Run[]> {
  const { fleet } = from;
  const attrs = [...(from.attrs ?? []), ...attrsNamed(options['filter'])];
  const remotes = options['remote'] as readonly string[] | undefined;
  const runs =
    remotes === undefined
      ? (await runsHere(options, from)).map((run) => withAttrs(run, attrs))
      : (await Promise.all(fleet.names(remotes).map(async (name) => runsOf(name, fleet, attrs)))).flat();
  const batches = (options['batch'] as readonly string[] | undefined) ?? [];
  const ids = batches.flatMap((word) => batchIds(word, runs, from.context.home));
  const ofBatches =
    ids.length === 0 ? runs : runs.filter(({ batch }) => batch !== null && ids.includes(batch));
  return filterRuns(ofBatches, filtersOf(options), new Date());
}

async function runsHere(options: OptionValues, { context, fleet, refresh }: ChoosingFrom): Promise<Run[]> {
  const { home } = context;
  if (options['deleted'] === true) return listRuns(home, { deleted: true });
  let runs = listRuns(home);
  if (refresh !== true) return runs;
  // Most listings have no such run, and asking is half of what there is to load.
  if (runs.some(mayHaveEnded)) {
    const { refreshLive } = await import('./refresh.ts');
    await refreshLive(runs.filter(mayHaveEnded), { home, fleet });
    runs = listRuns(home);
  }
  return runs.some(waitsHere) ? withLocalWaits(runs, fleet) : runs;
}

/** A mirror of a run that was waiting or running when its host last told of it. */
function mayHaveEnded({ status, seen }: Run): boolean {
  return seen !== null && (status === 'pending' || status === 'running');
}

/** A listing has the attributes of every run that are often asked for; others are read for those who want them. */
function withAttrs(run: Run, names: readonly string[]): Run {
  if (names.length === 0) return run;
  return { ...run, attrs: { ...run.attrs, ...readAttributes(run.dir, names) } };
}

async function runsOf(name: string, fleet: Fleet, besides: readonly string[]): Promise<Run[]> {
  const { host } = await fleet.open(name);
  const listed = await host.runs({ attrs: [...OPREF_ATTRS, ...LISTED_ATTRIBUTES, ...besides] });
  return listed.map(({ state, attrs }) => runOnHost(state, attrs, name));
}

/** Attributes that an expression asks for by `attr:`. */
function attrsNamed(expression: OptionValues[string]): string[] {
  return typeof expression === 'string'
    ? [...expression.matchAll(/\battr:(\w+)/g)].map(([, name = '']) => name)
    : [];
}

/** Whether a command's options leave out any run. */
export function hasFilters(options: OptionValues): boolean {
  return filterOptions.some((option) => {
    const value = options[optionKey(option)];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  });
}

function filtersOf(options: OptionValues): RunFilters {
  const list = (name: string) => (options[name] as readonly string[] | undefined) ?? [];
  const text = (name: string) => options[name] as string | undefined;
  const digest = text('digest');
  const started = text('started');
  const expression = text('filter');
  return {
    operations: list('filterOp'),
    labels: list('filterLabel'),
    unlabeled: options['unlabeled'] === true,
    tags: list('filterTag'),
    marked: options['marked'] === true,
    unmarked: options['unmarked'] === true,
    statuses: list('status').map(statusOf),
    ...(digest === undefined ? {} : { digest }),
    ...(started === undefined ? {} : { started }),
    ...(expression === undefined ? {} : { expression, scalarsOf }),
  };
}

/** What people say for a status. */
const SAID: Readonly<Record<string, RunStatus>> = {
  queued: 'pending',
  waiting: 'pending',
  done: 'completed',
  failed: 'error',
  stopped: 'terminated',
};

function statusOf(text: string): RunStatus {
  const result = v.safeParse(RunStatus, SAID[text] ?? text);
  if (result.success) return result.output;
  throw usageError({
    code: 'bad-status',
    message: `unknown status '${text}'`,
    hint: `Use one of: ${RunStatus.options.join(', ')}`,
  });
}
