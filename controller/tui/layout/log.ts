import { isFinal } from '#protocol';
import { nameOf } from '../describe.ts';
import { logLines } from '../log-buffer.ts';
import { displayWidth, truncate } from '../width.ts';
import { line } from './line.ts';
import { selectedRun, type View } from './view.ts';

/** The chosen run's log in exactly `rows` rows or fewer: a rule that says whose and how, then its lines. */
export function logRows(view: View, rows: number): readonly string[] {
  const run = selectedRun(view);
  if (rows < 2 || run === null) return [];
  return [
    rule(view, `log ${nameOf(run)} ${view.glyphs.dot} ${positionWords(view, rows - 1)}`),
    ...logBody(view, rows - 1),
  ];
}

/** Only the lines. */
function logBody(view: View, rows: number): readonly string[] {
  return windowOf(view, rows).map((text) => line(view, [text]));
}

/** The lines that are looked at, none of them before the line `from` of those that are here. */
export function windowOf(view: View, rows: number, from = 0): readonly string[] {
  const lines = linesOf(view);
  const dropped = view.state.log?.dropped ?? 0;
  const end = view.ui.logEnd === null ? lines.length : Math.max(from + rows, view.ui.logEnd - dropped);
  return lines.slice(Math.max(from, end - rows), end);
}

/** The lines of the log that belongs to the chosen run; none while another's is still there. */
export function linesOf({ state, ui }: View): readonly string[] {
  return state.log !== null && state.log.id === ui.selected ? logLines(state.log) : [];
}

/** From the last traceback or error on, for a run that failed: what people look for first. */
export function errorLines(lines: readonly string[]): readonly string[] {
  return lines.slice(errorStart(lines));
}

/** The index of the line at which the last error begins; some lines before the end where none is found. */
export function errorStart(lines: readonly string[]): number {
  const isStart = (text: string) =>
    /^Traceback \(most recent call last\)|^\S*(?:Error|Exception)\b.*:/.test(text);
  const traceback = lines.findLastIndex((text) => text.startsWith('Traceback (most recent call last)'));
  if (traceback >= 0) return traceback;
  const at = lines.findLastIndex((text) => isStart(text) || /\b(?:error|fatal|killed)\b/i.test(text));
  return Math.max(0, at < 0 ? lines.length - 20 : at - 5);
}

export function rule(view: View, title: string): string {
  const text = truncate(` ${title} `, view.columns, view.glyphs.ellipsis);
  return view.paint('quiet', text + view.glyphs.rule.repeat(Math.max(0, view.columns - displayWidth(text))));
}

/** Whether the log follows its end, or which part of it is seen in so many rows. */
export function positionWords(view: View, rows: number): string {
  const { ui, state } = view;
  if (state.log === null || state.log.id !== ui.selected) return 'no output yet';
  const { dot, range } = view.glyphs;
  const { from, dropped } = state.log;
  const isPart = from > 0 || dropped > 0;
  const all = isPart ? ` ${dot} o full log` : '';
  const status = selectedRun(view)?.state.status;
  if (ui.logEnd === null) return `${status !== undefined && isFinal(status) ? 'ended' : 'following'}${all}`;
  const { length } = linesOf(view);
  const last = Math.min(length, Math.max(1, ui.logEnd - dropped));
  const first = Math.max(1, last - rows + 1);
  return `${first}${range}${last} of ${isPart ? 'the last ' : ''}${length} lines ${dot} f follow${all}`;
}
