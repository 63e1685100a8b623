import { isFinal } from '#protocol';
import { nameOf, outcomeWords } from '../describe.ts';
import { formatClock, formatElapsed, formatPercent, formatRough, formatScalar } from '../format.ts';
import { hearing, staleness } from '../freshness.ts';
import { elapsed, runTimeLeft } from '../progress.ts';
import type { RunView } from '../state.ts';
import { fit } from '../width.ts';
import { flow, line, spread, type Part } from './line.ts';
import { errorStart, linesOf, logRows, positionWords, rule, windowOf } from './log.ts';
import { bar, sparkline, STATUS_ROLES } from './marks.ts';
import { placeWords } from './trials.ts';
import { selectedRun, type View } from './view.ts';

const SCALAR_ROWS = 6;

/** All about one run in at most `rows` rows: what it is, how far, its flags and scalars, and the rest of the room for its log. */
export function detailRows(view: View, rows: number): readonly string[] {
  const run = selectedRun(view);
  if (run === null) return [view.paint('quiet', ' waiting for the run to be known')];
  const head = aboutRows(view, run, rows);
  return [...head, ...logRows(view, rows - head.length)];
}

/** How many lines of its log that page has room for. */
export function detailLogRows(view: View, rows: number): number {
  const run = selectedRun(view);
  return run === null ? 0 : Math.max(0, rows - aboutRows(view, run, rows).length - 1);
}

function aboutRows(view: View, run: RunView, rows: number): readonly string[] {
  const roomy = rows >= 12;
  return [
    ...headRows(view, run),
    ...(roomy ? flagRows(view, run).slice(0, 3) : []),
    ...scalarRows(view, run).slice(0, roomy ? SCALAR_ROWS : 2),
  ].slice(0, rows);
}

/** Rows of the errors page that are not lines of the log. */
export const ERROR_HEAD = 2;

/** How a run ended, then the end of its log from the last error on. */
export function errorRows(view: View, rows: number): readonly string[] {
  const run = selectedRun(view);
  if (run === null) return [];
  const { state } = run;
  const outcome = outcomeWords(state) || 'still running';
  const head = [
    line(view, [
      ' ',
      ['strong', nameOf(run)],
      ' ',
      [STATUS_ROLES[state.status], outcome],
      ` ${view.glyphs.dot} ${placeWords(view, run)}`,
    ]),
    rule(
      view,
      `last error in its log ${view.glyphs.dot} ${positionWords(view, Math.max(1, rows - ERROR_HEAD))}`,
    ),
  ];
  // The end tells what was raised; what is before it can be scrolled to.
  const found = windowOf(view, Math.max(1, rows - ERROR_HEAD), errorStart(linesOf(view)));
  return [...head, ...found.map((text) => line(view, [text]))];
}

function headRows(view: View, run: RunView): readonly string[] {
  const { glyphs, state, now } = view;
  const { status, started } = run.state;
  const time = elapsed(state, run, now);
  const stale = staleness(state, run, now);
  const label = run.meta?.label ?? '';
  const title: Part[] = [
    ' ',
    ['strong', run.meta?.operation ?? 'run'],
    ` ${glyphs.dot} ${nameOf(run)}`,
    ...(label === '' ? [] : [` ${glyphs.dot} `, ['quiet', label] as const]),
  ];
  const times: Part[] = [
    ...(time === null ? [] : [formatElapsed(time)]),
    ...(started === null || isFinal(status)
      ? []
      : [['quiet', ` since ${formatClock(started / 1000)}`] as const]),
    ' ',
  ];
  const words = isFinal(status) || status === 'pending' ? outcomeWords(run.state) : status;
  const link: Part[] =
    stale === null
      ? []
      : [['warn', ` ${glyphs.dot} as of ${formatRough(stale)} ago, ${linkWords(view, run)}`]];
  return [
    spread(view, title, times),
    line(view, [
      ' ',
      [STATUS_ROLES[status], `${glyphs.status[status]} ${words}`],
      ` ${glyphs.dot} ${placeWords(view, run)}`,
      ...link,
    ]),
    ...progressRow(view, run),
  ];
}

function linkWords(view: View, run: RunView): string {
  const host = view.state.hosts.get(run.host);
  if (host === undefined) return 'host not known';
  const heard = hearing(host, view.now);
  return heard.kind === 'lost' ? `link lost: ${heard.reason}` : `host ${heard.kind}`;
}

function progressRow(view: View, run: RunView): readonly string[] {
  const { progress, status } = run.state;
  if (progress === null || status !== 'running') return [];
  const left = runTimeLeft(view.state, run, view.now);
  const width = Math.max(6, Math.min(40, view.columns - 40));
  const known: Part[] =
    progress.fraction === null
      ? []
      : [['busy', bar(view, progress.fraction, width)], ` ${formatPercent(progress.fraction)}  `];
  return [line(view, [' ', ...known, progress.text, left === null ? '' : `  ${formatRough(left)} left`])];
}

function flagRows(view: View, run: RunView): readonly string[] {
  const words = Object.entries(run.meta?.flags ?? {}).map(([name, value]) => `${name}=${value}`);
  return words.length === 0 ? [] : flow(view, words, { indent: 1 });
}

function scalarRows(view: View, run: RunView): readonly string[] {
  const width = Math.max(4, Math.min(48, view.columns - 50));
  return Object.entries(run.state.scalars).map(([key, { last, min, max }]) =>
    line(view, [
      ' ',
      ['quiet', fit(key, 12, { ellipsis: view.glyphs.ellipsis })],
      ' ',
      ['strong', fit(formatScalar(last), 10)],
      ' ',
      ['busy', fit(sparkline(view, run.histories[key], width), width)],
      ['quiet', `  ${formatScalar(min)} to ${formatScalar(max)}`],
    ]),
  );
}
