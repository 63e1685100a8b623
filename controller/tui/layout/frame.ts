import { contextOf, scrolls, type Surroundings } from '../ui.ts';
import { compareRows } from './compare.ts';
import { detailLogRows, detailRows, ERROR_HEAD, errorRows } from './detail.ts';
import { footerHeight, footerRows, helpRows } from './footer.ts';
import { hostParagraphs, hostRows } from './hosts.ts';
import { line } from './line.ts';
import { logRows } from './log.ts';
import { tallyRow, titleRow, transferRows } from './title.ts';
import { trialRows } from './trials.ts';
import { safeText } from '../text.ts';
import { wrap } from '../width.ts';
import type { View } from './view.ts';

/** An attached view grows no taller than this: what is above stays in sight, and a narrower terminal still holds all of it to be erased. */
const INLINE_ROWS = 20;

/** A log of fewer rows, its title among them, tells nothing. */
const LOG_LEAST = 4;

/** The rows of the whole view. Never taller or wider than it may be, down to 40×10, and below that as much as there is. */
export function frame(view: View, around: Surroundings): readonly string[] {
  const isInline = view.kind === 'run' || view.kind === 'batch';
  const height = heightOf(view);
  const footer = [
    ...noticeRow(view),
    ...footerRows(view, contextOf(view.ui, around), scrolls(view.ui, around)),
  ];
  const room = bodyRoom(view);
  const body = bodyRows(view, room).slice(0, room);
  const blank = isInline ? [] : Array.from({ length: room - body.length }, () => '');
  return [...body, ...blank, ...footer].slice(-Math.max(1, height));
}

/** A frame as high as the terminal scrolls it when it isn't on a screen of its own. */
function heightOf({ kind, rows }: View): number {
  return kind === 'run' || kind === 'batch' ? Math.min(INLINE_ROWS, rows - 1) : rows;
}

/** Rows above the notice and the footer. */
export function bodyRoom(view: View): number {
  return Math.max(0, heightOf(view) - footerHeight(view) - noticeRow(view).length);
}

/** Lines of the log that the page has room for; 0 where it shows none. */
export function logHeight(view: View): number {
  const room = bodyRoom(view);
  switch (view.ui.page) {
    case 'log':
      return Math.max(1, room - 1);
    case 'errors':
      return Math.max(1, room - ERROR_HEAD);
    case 'detail':
      return detailLogRows(view, room - transferCount(view));
    case 'table':
      return view.kind === 'run'
        ? detailLogRows(view, room - transferCount(view))
        : Math.max(0, shares(view, room).log - 1);
    case 'help':
    case 'compare':
      return 0;
  }
}

/** How the rows of a table page are shared out. Pure arithmetic, so that paging knows it too. */
export function shares(view: View, room: number): { hosts: number; table: number; log: number } {
  const hostCount = view.hosts.length;
  const fixed = 2 + transferCount(view);
  const rest = Math.max(0, room - fixed);
  const most =
    view.kind === 'top' ? Math.floor(rest * 0.6) : Math.max(Math.min(3, rest - 5), Math.floor(rest * 0.25));
  const wanted = view.kind === 'top' ? hostParagraphs(view).length : hostCount;
  const hosts = rest < 6 ? 0 : Math.min(wanted, most);
  const after = rest - hosts;
  const minTable = Math.min(after, 8);
  const least =
    view.kind === 'top' || after < 13 ? 0 : Math.max(4, Math.min(Math.floor(after * 0.35), after - minTable));
  const table = Math.min(after - least, Math.max(2, view.order.length + 1));
  const log = after - table;
  // Where hosts come first, a log has what no run needs.
  return { hosts, table, log: log < LOG_LEAST ? 0 : log };
}

function transferCount(view: View): number {
  return transferRows(view, 3).length;
}

function bodyRows(view: View, room: number): readonly string[] {
  switch (view.ui.page) {
    case 'help':
      return helpRows(view, room);
    case 'log':
      return logRows(view, room);
    case 'errors':
      return errorRows(view, room);
    case 'compare':
      return [titleRow(view), ...compareRows(view, room - 1)];
    case 'detail':
      return [...transferRows(view, 3), ...detailRows(view, room - transferCount(view))];
    case 'table':
      return view.kind === 'run' ? runPage(view, room) : tablePage(view, room);
  }
}

/** An attached single run: its state, then its log. */
function runPage(view: View, room: number): readonly string[] {
  const transfers = transferRows(view, 3);
  if (view.state.runs.size === 0) return [...transfers, ...hostRows(view, room - transfers.length)];
  return [...transfers, ...detailRows(view, room - transfers.length)];
}

function tablePage(view: View, room: number): readonly string[] {
  const { hosts, table, log } = shares(view, room);
  const paragraphs = view.kind === 'top' ? hostParagraphs(view) : [];
  const hostsTop = Math.min(view.ui.hostsTop, Math.max(0, paragraphs.length - hosts));
  return [
    titleRow(view),
    ...transferRows(view, 3),
    ...(view.kind === 'top' ? paragraphs.slice(hostsTop, hostsTop + hosts) : hostRows(view, hosts)),
    tallyRow(view),
    ...trialRows(view, table),
    ...(log > 0 ? logRows(view, log) : []),
  ];
}

/** How long a notice is shown, in ms: long enough to be read by someone who looked elsewhere. All are told again at the end. */
const NOTICE_MS = { info: 10_000, warning: 20_000, error: 60_000 } as const;
const NOTICE_ROWS = 3;

/** The newest notice, as long as it is fresh; it has more rows where the screen has them. */
function noticeRow(view: View): readonly string[] {
  const last = view.state.notices.findLast(({ at, level }) => view.now - at < NOTICE_MS[level]);
  if (last === undefined || view.rows < 8) return [];
  const role = last.level === 'error' ? 'bad' : last.level === 'warning' ? 'warn' : 'quiet';
  const text = safeText(last.level === 'info' ? last.text : `${last.level}: ${last.text}`);
  const rows = wrap(text, view.columns - 2);
  const shown = rows.slice(0, view.rows < 20 ? 1 : NOTICE_ROWS);
  return shown.map((row, index) =>
    line(view, [' ', [role, index === shown.length - 1 ? rows.slice(index).join('') : row]]),
  );
}
