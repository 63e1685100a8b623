import { deviceIndexes, nameOf, varyingFlags, whereabouts } from '../describe.ts';
import { formatElapsed, formatPercent, formatRough, formatScalar } from '../format.ts';
import { hearing, staleness } from '../freshness.ts';
import { objectiveOf } from '../objective.ts';
import { elapsed, runTimeLeft } from '../progress.ts';
import type { RunView } from '../state.ts';
import { displayWidth, truncate } from '../width.ts';
import { bar, sparkline, STATUS_ROLES } from './marks.ts';
import { fittingColumns, headerRow, tableRow, windowTop, type Column } from './table.ts';
import type { View } from './view.ts';

const LEAD = 2;
const BAR = 10;
const SPARK = 8;
const FLAG_COLUMNS = 4;
const FLAG_WIDTH = 12;
const SCALAR_COLUMNS = 2;
const WHERE_WIDTH = 16;
/** Room for how old a row is, while any is. */
const AGE_WIDTH = 12;

/** The table of runs in at most `rows` rows: a header where there is room, and only the rows that are seen. */
export function trialRows(view: View, rows: number): readonly string[] {
  if (rows <= 0) return [];
  const columns = fittingColumns(columnsOf(view), view.columns - LEAD);
  const hasHeader = rows >= 4 || rows > Math.max(1, view.order.length);
  const height = rows - (hasHeader ? 1 : 0);
  const { order, ui, glyphs } = view;
  const chosen = Math.max(
    0,
    order.findIndex(({ id }) => id === ui.selected),
  );
  const top = windowTop(chosen, height, order.length);
  const header = hasHeader ? [headerRow(view, columns, LEAD)] : [];
  if (order.length === 0)
    return [...header, view.paint('quiet', truncate(emptyWords(view), view.columns, glyphs.ellipsis))];
  return [
    ...header,
    ...order.slice(top, top + height).map((run) => {
      const isSelected = run.id === ui.selected && ui.pane === 'runs';
      const sign = ui.marked.includes(run.id) ? glyphs.marked : run.id === ui.selected ? glyphs.here : ' ';
      const isFaded = staleness(view.state, run, view.now) !== null;
      // Said by a sign too, for where no column tells how old a row is and dim looks like any other text.
      const age = isFaded ? ageSign(view, run) : ' ';
      return tableRow(view, columns, run, { lead: `${sign}${age}`, isSelected, isFaded });
    }),
  ];
}

function emptyWords({ trials, ui, state, now }: View): string {
  if (ui.filter !== '' && trials.length > 0) return `  none of ${trials.length} runs has "${ui.filter}"`;
  const waited = [...state.hosts.values()].filter((host) => hearing(host, now).kind !== 'live');
  if (state.hosts.size > 0 && waited.length === 0) return '  no runs';
  return `  no runs known yet${waited.length === 0 ? '' : `: waiting for ${waited.map(({ name }) => name).join(', ')}`}`;
}

function columnsOf(view: View): readonly Column<RunView>[] {
  const { state, now, glyphs } = view;
  const objective = objectiveOf(state)?.scalar;
  const scalars = [objective, ...state.scalars]
    .filter((key) => key !== undefined)
    .filter((key, index, all) => all.indexOf(key) === index)
    .slice(0, SCALAR_COLUMNS);
  return [
    { title: 'id', width: 8, rank: 0, cell: (run) => ({ text: nameOf(run), role: 'strong' }) },
    {
      title: 'status',
      width: 9,
      rank: 3,
      cell: ({ state: { status } }) => ({
        text: `${glyphs.status[status]} ${status}`,
        role: STATUS_ROLES[status],
      }),
    },
    ...(state.batch === null ? [operationColumn(view)] : []),
    ...flagColumns(view),
    {
      title: 'progress',
      width: BAR + 6,
      rank: 4,
      cell: (run) => ({ text: progressText(view, run), role: STATUS_ROLES[run.state.status] }),
    },
    ...scalars.flatMap((key, index) => scalarColumns(view, key, index)),
    {
      title: 'time',
      width: 7,
      align: 'right',
      rank: 2,
      cell: (run) => {
        const time = elapsed(state, run, now);
        return { text: time === null ? '' : formatElapsed(time) };
      },
    },
    {
      title: 'left',
      width: 8,
      align: 'right',
      rank: 9,
      cell: (run) => {
        const left = runTimeLeft(state, run, now);
        return { text: left === null ? '' : formatRough(left), role: 'quiet' };
      },
    },
    { title: 'where', width: whereWidth(view), rank: 5, cell: (run) => ({ text: whereText(view, run) }) },
    ...(hasLabels(view)
      ? [
          {
            title: 'label',
            width: 24,
            rank: 30,
            cell: (run: RunView) => ({ text: run.meta?.label ?? '', role: 'quiet' as const }),
          },
        ]
      : []),
  ];
}

/** Of a batch all runs have the same; elsewhere it is what tells runs apart. */
function operationColumn({ order }: View): Column<RunView> {
  const names = order.slice(0, 200).map(({ meta }) => displayWidth(meta?.operation ?? ''));
  return {
    title: 'operation',
    width: Math.min(18, Math.max(9, ...names)),
    rank: 4,
    cell: ({ meta }) => ({ text: meta?.operation ?? '' }),
  };
}

function flagColumns({ state, columns }: View): readonly Column<RunView>[] {
  const names = varyingFlags(state).slice(0, columns >= 140 ? 2 * FLAG_COLUMNS : FLAG_COLUMNS);
  return names.map((name, index) => ({
    title: name,
    width: Math.min(FLAG_WIDTH, Math.max(4, displayWidth(name), state.flags.get(name)?.width ?? 0)),
    rank: index === 0 ? 7 : 10 + index,
    cell: ({ meta }) => ({ text: meta?.flags[name] ?? '' }),
  }));
}

function scalarColumns(view: View, key: string, index: number): readonly Column<RunView>[] {
  return [
    {
      title: key,
      width: Math.min(10, Math.max(8, displayWidth(key))),
      rank: index === 0 ? 1 : 20,
      cell: ({ state }) => {
        const value = state.scalars[key]?.last;
        return { text: value === undefined ? '' : formatScalar(value) };
      },
    },
    {
      title: '',
      width: SPARK,
      rank: index === 0 ? 6 : 21,
      cell: ({ histories }) => {
        const points = histories[key]?.points ?? [];
        return { text: points.length < 2 ? '' : sparkline(view, points, SPARK), role: 'busy' };
      },
    },
  ];
}

function progressText(view: View, { state }: RunView): string {
  const { status, progress, queue } = state;
  if (status === 'pending') return queue === null ? '' : `place ${queue.place}`;
  if (progress === null || status !== 'running')
    return status === 'error' ? `exit ${state.exitStatus ?? '?'}` : '';
  if (progress.fraction === null) return progress.text;
  return `${bar(view, progress.fraction, BAR)} ${formatPercent(progress.fraction).padStart(5)}`;
}

function whereText(view: View, run: RunView): string {
  const stale = staleness(view.state, run, view.now);
  const place = whereabouts(view.state, run);
  return stale === null ? place : `${place} ${formatRough(stale)} ago`;
}

/** How its host is heard, beside a run that may have gone on since. */
function ageSign({ state, now, glyphs }: View, { host }: RunView): string {
  const from = state.hosts.get(host);
  return from !== undefined && hearing(from, now).kind === 'lost' ? glyphs.lost : glyphs.silent;
}

function whereWidth({ state, now }: View): number {
  const hosts = [...state.hosts.values()];
  const longest = Math.max(5, ...hosts.map(({ name }) => displayWidth(name) + 2));
  const isAnyOld = hosts.some((host) => hearing(host, now).kind !== 'live');
  return Math.min(WHERE_WIDTH, longest) + (isAnyOld ? AGE_WIDTH : 0);
}

function hasLabels({ state }: View): boolean {
  for (const { meta } of state.runs.values()) if (meta?.label) return true;
  return false;
}

/** Where a run is, with its devices spelt out, for a page of its own. */
export function placeWords(view: View, run: RunView): string {
  const devices = deviceIndexes(view.state, run);
  return devices === '' ? run.host : `${run.host}, GPU ${devices}`;
}
