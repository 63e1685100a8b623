import { isFinal, shortId } from '#protocol';
import {
  endWords,
  flagWords,
  nameOf,
  outcomeWords,
  scalarWords,
  varyingFlags,
  whereabouts,
} from '../describe.ts';
import { formatElapsed } from '../format.ts';
import { tallyWords } from '../narrate.ts';
import { objectiveOf } from '../objective.ts';
import { elapsed } from '../progress.ts';
import { orderRuns } from '../order.ts';
import type { RunView } from '../state.ts';
import { line, type Part } from './line.ts';
import { errorLines, linesOf } from './log.ts';
import { STATUS_ROLES } from './marks.ts';
import type { View } from './view.ts';

const BEST = 3;
const FAILED = 5;
const LAST_LINES = 5;
const LAST_ERROR = 20;

/** What stays in the scrollback when a view has gone: how it stands, the best, what failed, and how to see more. */
export function summaryRows(view: View, { isOver }: { readonly isOver: boolean }): readonly string[] {
  const { state } = view;
  const subject = state.batch === null ? state.runs.get(view.subject ?? '') : undefined;
  const rows =
    state.batch !== null ? batchSummary(view) : subject !== undefined ? runSummary(view, subject) : [];
  const notices = state.notices
    .filter(({ level }) => level !== 'info')
    .slice(-5)
    .map(({ level, text }) => line(view, [[level === 'error' ? 'bad' : 'warn', `${level}: `], text]));
  return [...rows, ...notices, ...(isOver ? [] : detachedRows(view, subject))];
}

function runSummary(view: View, run: RunView): readonly string[] {
  const objective = objectiveOf(view.state)?.scalar;
  return [
    outcomeRow(view, run, flagWords(run)),
    ...(Object.keys(run.state.scalars).length === 0
      ? []
      : [line(view, ['  ', scalarWords(run, objective === undefined ? [] : [objective], 8)])]),
    ...lastWords(view, run).map((text) => line(view, [['quiet', '  '], text])),
  ];
}

/** The end of its log; from the error on where it failed. */
function lastWords(view: View, run: RunView): readonly string[] {
  const lines = linesOf(view);
  return run.state.status === 'error' ? errorLines(lines).slice(-LAST_ERROR) : lines.slice(-LAST_LINES);
}

function batchSummary(view: View): readonly string[] {
  const { state, trials } = view;
  const objective = objectiveOf(state)?.scalar ?? '';
  const best = orderRuns(state, trials, { sort: 'best', filter: '' })
    .filter(({ state: { status, scalars } }) => status === 'completed' && scalars[objective] !== undefined)
    .slice(0, BEST);
  const failed = trials.filter(({ state: { status } }) => status === 'error' || status === 'lost');
  const words = (run: RunView) => flagWords(run, varyingFlags(state));
  return [
    line(view, [
      ['strong', `${state.batch?.operation ?? ''} ${shortId(state.batch?.id ?? '')}`],
      `  ${tallyWords(state)}`,
    ]),
    ...best.map((run) => outcomeRow(view, run, words(run))),
    ...failed.slice(0, FAILED).map((run) => outcomeRow(view, run, words(run))),
    ...(failed.length > FAILED ? [line(view, [`  and ${failed.length - FAILED} more failed`])] : []),
  ];
}

function outcomeRow(view: View, run: RunView, flags: string): string {
  const { state, glyphs, now } = view;
  const time = elapsed(state, run, now);
  const objective = objectiveOf(state)?.scalar;
  const parts: Part[] = [
    [STATUS_ROLES[run.state.status], `${glyphs.status[run.state.status]} `],
    ['strong', nameOf(run)],
    isFinal(run.state.status)
      ? ` ${endWords(run.state, { ms: time, where: whereabouts(state, run) })}`
      : ` ${outcomeWords(run.state) || 'running'}${time === null ? '' : ` for ${formatElapsed(time)}`} (${whereabouts(state, run)})`,
    objective === undefined ? '' : `  ${scalarWords(run, [objective], 1)}`,
    flags === '' ? '' : `  ${flags}`,
  ];
  return line(view, parts);
}

function detachedRows(view: View, subject: RunView | undefined): readonly string[] {
  const open = view.trials.filter(({ state }) => !isFinal(state.status)).length;
  const what =
    subject !== undefined
      ? `${nameOf(subject)} keeps running`
      : open === 0
        ? ''
        : `${open} run${open === 1 ? ' keeps' : 's keep'} running`;
  return [
    line(view, [
      what === '' ? 'Reattach with: ' : `Detached; ${what}. Reattach with: `,
      ['strong', view.comeBack],
    ]),
  ];
}
