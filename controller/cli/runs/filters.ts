import { RunStatus, usageError } from '#protocol';
import * as v from 'valibot';
import {
  filterRuns,
  listRuns,
  runOnHost,
  LISTED_ATTRIBUTES,
  type Run,
  type RunFilters,
} from '#controller/runs';
import type { OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import type { Fleet } from '../fleet.ts';

/** The runs that a command's options leave: those of this machine and the mirrors, or with `--remote` those that hosts tell of. Newest first. */
export async function chosenRuns(
  options: OptionValues,
  from: { readonly context: Context; readonly fleet: Fleet },
): Promise<Run[]> {
  const { context, fleet } = from;
  const remotes = options['remote'] as readonly string[] | undefined;
  const runs =
    remotes === undefined
      ? listRuns(context.home, { deleted: options['deleted'] === true })
      : (await Promise.all(fleet.names(remotes).map(async (name) => runsOf(name, fleet)))).flat();
  return filterRuns(runs, filtersOf(options), new Date());
}

async function runsOf(name: string, fleet: Fleet): Promise<Run[]> {
  const { host } = await fleet.open(name);
  const listed = await host.runs({ attrs: ['opref', ...LISTED_ATTRIBUTES] });
  return listed.map(({ state, attrs }) => runOnHost(state, attrs, name));
}

function filtersOf(options: OptionValues): RunFilters {
  const list = (name: string) => (options[name] as readonly string[] | undefined) ?? [];
  const text = (name: string) => options[name] as string | undefined;
  const started = text('started');
  const expression = text('filter');
  return {
    operations: list('filterOp'),
    labels: list('filterLabel'),
    tags: list('filterTag'),
    statuses: list('status').map(statusOf),
    ...(started === undefined ? {} : { started }),
    ...(expression === undefined ? {} : { expression }),
  };
}

function statusOf(text: string): RunStatus {
  const result = v.safeParse(RunStatus, text);
  if (result.success) return result.output;
  throw usageError({
    code: 'bad-status',
    message: `'${text}' is no status of a run`,
    hint: `Those are: ${RunStatus.options.join(', ')}`,
  });
}
