import { operationOf, trialsProgress } from '../batches.ts';
import { deviceIndexes, nameOf, whereabouts, whyEnded } from '../describe.ts';
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
/** Of a sign and the words of what has not ended. */
const STATUS = 9;
const SCALAR = { width: 8, most: 10 };
const PROGRESS = { width: 11, most: 26 };
/** A percentage beside its bar. */
const PERCENT = 6;
const REASON = 48;
const SPARK = { width: 8, most: 24 };
/** Flags that are shown however narrow the screen is, as far as they fit. */
const FIRST_FLAGS = 3;
const FLAG = { width: 12, most: 40 };
const LABEL = { width: 24, most: 60 };
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
  const header = hasHeader ? [headerRow(view, columns, LEAD)] : [];
  if (order.length === 0)
    return [...header, view.paint('quiet', truncate(emptyWords(view), view.columns, glyphs.ellipsis))];
  return [
    ...header,
    ...shownRuns(view, height).map((run) => {
      const isSelected = run.id === ui.selected && ui.pane === 'runs';
      const sign = ui.marked.includes(run.id) ? glyphs.marked : run.id === ui.selected ? glyphs.here : ' ';
      const isFaded = staleness(view.state, run, view.now) !== null;
      // Said by a sign too, for where no column tells how old a row is and dim looks like any other text.
      const age = isFaded ? ageSign(view, run) : ' ';
      return tableRow(view, columns, run, { lead: `${sign}${age}`, isSelected, isFaded });
    }),
  ];
}

/** The runs that so many rows show: the chosen one is among them. */
export function shownRuns({ order, ui }: View, rows: number): readonly RunView[] {
  const chosen = Math.max(
    0,
    order.findIndex(({ id }) => id === ui.selected),
  );
  const top = windowTop(chosen, rows, order.length);
  return order.slice(top, top + rows);
}

function emptyWords({ trials, ui, state, now }: View): string {
  if (ui.filter !== '' && trials.length > 0)
    return `  no match for "${ui.filter}" (${trials.length} run${trials.length === 1 ? '' : 's'})`;
  const waited = [...state.hosts.values()].filter((host) => hearing(host, now).kind !== 'live');
  if (state.hosts.size > 0 && waited.length === 0) return '  no runs';
  return `  no runs known yet${waited.length === 0 ? '' : `: waiting for ${waited.map(({ name }) => name).join(', ')}`}`;
}

function columnsOf(view: View): readonly Column<RunView>[] {
  const { state, now, glyphs, order } = view;
  const objective = objectiveOf(state)?.scalar;
  const scalars = [objective, ...state.scalars]
    .filter((key) => key !== undefined)
    .filter((key) => state.scalars.includes(key))
    .filter((key, index, all) => all.indexOf(key) === index)
    .slice(0, view.columns >= 140 ? 4 : 2);
  return [
    { title: 'id', width: 8, rank: 0, cell: (run) => ({ text: nameOf(run), role: 'strong' }) },
    {
      title: 'status',
      width: STATUS,
      most: statusWidth(view),
      rank: 1.5,
      cell: ({ state: { status } }) => ({
        text: `${glyphs.status[status]} ${status}`,
        role: STATUS_ROLES[status],
      }),
    },
    ...(state.batch === null ? [operationColumn(view)] : []),
    ...flagColumns(view),
    ...progressColumns(view),
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
    ...(order.some((run) => runTimeLeft(state, run, now) !== null)
      ? [
          {
            title: 'left',
            width: 8,
            align: 'right' as const,
            rank: 9,
            cell: (run: RunView) => {
              const left = runTimeLeft(state, run, now);
              return { text: left === null ? '' : formatRough(left), role: 'quiet' as const };
            },
          },
        ]
      : []),
    {
      title: 'where',
      ...whereWidths(view),
      rank: 5,
      cell: (run, width) => ({ text: whereText(view, run, width) }),
    },
    ...(state.hasLabels
      ? [
          {
            title: 'label',
            ...LABEL,
            rank: 30,
            cell: (run: RunView) => ({ text: run.meta?.label ?? '', role: 'quiet' as const }),
          },
        ]
      : []),
  ];
}

/** Of a batch all runs have the same; elsewhere it is what tells runs apart. */
function operationColumn({ order, state }: View): Column<RunView> {
  const names = order.slice(0, 200).map((run) => displayWidth(operationOf(state, run)));
  const longest = Math.max(9, ...names);
  return {
    title: 'operation',
    width: Math.min(18, longest),
    most: Math.min(40, longest),
    rank: 4,
    cell: (run) => ({ text: operationOf(state, run) }),
  };
}

/** Of flags that differ among runs, in the order in which they were given. A constant one tells no run from another. */
function flagColumns({ state }: View): readonly Column<RunView>[] {
  return [...state.flags]
    .filter(([, { varies }]) => varies)
    .map(([name, { width }], index) => {
      const longest = Math.max(4, displayWidth(name), width);
      return {
        title: name,
        width: Math.min(FLAG.width, longest),
        most: Math.min(FLAG.most, longest),
        rank: index < FIRST_FLAGS ? 3 + (index + 1) / 10 : 20 + index,
        cell: ({ meta }) => ({ text: meta?.flags[name] ?? '' }),
      };
    });
}

/** How far runs are, and why they wait or ended; no column where there is nothing to say. */
function progressColumns(view: View): readonly Column<RunView>[] {
  const { order } = view;
  const isAny = order.some(({ state: { status, progress } }) => status === 'running' && progress !== null);
  const longest = Math.max(0, ...order.map((run) => displayWidth(progressText(view, run, PROGRESS.width))));
  if (longest === 0) return [];
  return [
    {
      title: isAny ? 'progress' : 'reason',
      width: PROGRESS.width,
      most: Math.max(isAny ? PROGRESS.most : 0, Math.min(REASON, longest)),
      rank: isAny ? 4 : 8,
      cell: (run, width) => ({ text: progressText(view, run, width), role: STATUS_ROLES[run.state.status] }),
    },
  ];
}

function scalarColumns(view: View, key: string, index: number): readonly Column<RunView>[] {
  return [
    {
      title: key,
      width: Math.min(16, Math.max(SCALAR.width, displayWidth(key))),
      most: SCALAR.most,
      rank: index === 0 ? 1 : 20,
      cell: ({ state }, width) => {
        const value = state.scalars[key]?.last;
        return { text: value === undefined ? '' : formatScalar(value, width) };
      },
    },
    {
      title: '',
      ...SPARK,
      rank: index === 0 ? 6 : 21,
      cell: ({ histories }, wide) => {
        return { text: sparkline(view, histories[key], wide), role: 'busy' };
      },
    },
  ];
}

function progressText(view: View, run: RunView, width: number): string {
  const { status, progress, queue } = run.state;
  const trials = trialsProgress(view.state, run);
  if (trials !== null) return `${trials.ended}/${trials.total} trials`;
  if (status === 'pending' && queue !== null) return `#${queue.place} in queue`;
  if (progress === null || status !== 'running') return whyEnded(run.state) ?? '';
  if (progress.fraction === null) return progress.text;
  return `${bar(view, progress.fraction, width - PERCENT)} ${formatPercent(progress.fraction).padStart(PERCENT - 1)}`;
}

function whereText(view: View, run: RunView, width: number): string {
  const stale = staleness(view.state, run, view.now);
  const place = whereabouts(view.state, run);
  const aged = stale === null ? place : `${place} ${formatRough(stale)} ago`;
  // The row says by a sign that it is old.
  return displayWidth(aged) <= width ? aged : place;
}

/** How its host is heard, beside a run that may have gone on since. */
function ageSign({ state, now, glyphs }: View, { host }: RunView): string {
  const from = state.hosts.get(host);
  return from !== undefined && hearing(from, now).kind === 'lost' ? glyphs.lost : glyphs.silent;
}

function whereWidths({ state, now }: View): { readonly width: number; readonly most: number } {
  const hosts = [...state.hosts.values()];
  const longest = Math.max(5, ...hosts.map(({ name }) => displayWidth(name) + 2));
  const width = Math.min(WHERE_WIDTH, longest);
  const isAnyOld = hosts.some((host) => hearing(host, now).kind !== 'live');
  return { width, most: Math.min(2 * WHERE_WIDTH, longest) + (isAnyOld ? AGE_WIDTH : 0) };
}

/** Of a sign and the longest word that any row has. */
function statusWidth({ order }: View): number {
  return 2 + Math.max(7, ...new Set(order.map(({ state: { status } }) => status.length)));
}

/** Where a run is, with its devices spelt out, for a page of its own. */
export function placeWords(view: View, run: RunView): string {
  const devices = deviceIndexes(view.state, run);
  return devices === '' ? run.host : `${run.host}, GPU ${devices}`;
}
