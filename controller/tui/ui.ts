import { isFinal, type RunStatus } from '#protocol';
import type { Action, KeyContext } from './keys.ts';
import { actionFor } from './keys.ts';
import { nextSort, type Sort } from './order.ts';

/** What the user has chosen to see. */
export interface UiState {
  readonly page: KeyContext['page'];
  /** Where `back` leads. */
  readonly under: 'table' | 'detail';
  readonly pane: 'runs' | 'hosts';
  readonly selected: string | null;
  /** The user chose that run; until then the first row is chosen, whichever it is. */
  readonly isPinned: boolean;
  readonly hostsTop: number;
  /** The first line of the help page. */
  readonly helpTop: number;
  readonly sort: Sort;
  readonly filter: string;
  /** The filter while it is typed. */
  readonly typing: string | null;
  /** What may be done to a run or batch, while that is asked. */
  readonly asking: Question | null;
  /** The line after the last one shown of the log, counted from the first ever taken; null follows the end. */
  readonly logEnd: number | null;
  readonly marked: readonly string[];
  /** The runs on the compare page. */
  readonly compared: readonly string[];
  /** A word on what a key did, until the next key. */
  readonly said: string;
}

/** `restart`: in place, over the run's files; `rerun`: as a new run. */
export interface Question {
  readonly kind: 'stop' | 'restart' | 'rerun';
  readonly id: string;
}

/** What a key asks of the world. */
export type Effect =
  | Question
  | { readonly kind: 'pull' | 'copy' | 'pager'; readonly id: string }
  | { readonly kind: 'detach' | 'suspend' | 'interrupt' };

/** What is on the screen that keys act upon. */
export interface Surroundings {
  readonly kind: KeyContext['kind'];
  readonly batch: string | null;
  readonly order: readonly string[];
  /** Runs in all, those that the filter hides too. */
  readonly total: number;
  /** null for a run that nothing is known of yet. */
  readonly statusOf: (id: string) => RunStatus | null;
  /** Rows of the list or log now, for paging. */
  readonly pageRows: number;
  /** The log's lines that can be looked at, from and to, counted from the first ever taken. */
  readonly logFrom: number;
  readonly logTo: number;
  /** Rows that the log has on this page; 0 where none is shown. */
  readonly logRows: number;
  readonly hostRows: number;
  /** The furthest that the help page scrolls. */
  readonly helpEnd: number;
  /** What the best run is best in; empty for nothing. */
  readonly objective: string;
  /** The best run, to compare with. */
  readonly best: string | null;
}

export const INITIAL_UI: UiState = {
  page: 'table',
  under: 'table',
  pane: 'runs',
  selected: null,
  isPinned: false,
  hostsTop: 0,
  helpTop: 0,
  sort: 'activity',
  filter: '',
  typing: null,
  asking: null,
  logEnd: null,
  marked: [],
  compared: [],
  said: '',
};

interface Pressed {
  readonly ui: UiState;
  readonly effect: Effect | null;
}

/** The next state after a key. Pure; what must be done besides is the effect. */
export function press(ui: UiState, chord: string, around: Surroundings): Pressed {
  const quiet = { ...ui, said: '' };
  if (ui.typing !== null) return pressTyping(quiet, chord);
  if (ui.asking !== null) {
    const isYes = chord === 'y' || chord === 'Y';
    const next = { ...quiet, asking: null, said: isYes ? '' : 'cancelled' };
    return { ui: next, effect: isYes ? ui.asking : null };
  }
  const action = actionFor(chord, contextOf(ui, around));
  if (action === null) return { ui: quiet, effect: null };
  return act(LEAVES_CURSOR.has(action) ? quiet : { ...quiet, isPinned: true }, action, around);
}

/** Keys that choose no run: after them the first row is still the chosen one, where it was. */
const LEAVES_CURSOR: ReadonlySet<Action> = new Set([
  'back',
  'pane',
  'filter',
  'sort',
  'stopAll',
  'detach',
  'help',
  'suspend',
  'interrupt',
]);

export function contextOf(
  ui: UiState,
  around: Pick<Surroundings, 'kind' | 'batch' | 'total' | 'statusOf' | 'logRows'>,
): KeyContext {
  const { kind, batch, total, statusOf, logRows } = around;
  // While hosts are looked at no run stands out, and none is acted upon.
  const isAmongHosts = ui.page === 'table' && ui.pane === 'hosts';
  return {
    kind,
    page: ui.page,
    hasBatch: batch !== null,
    status: ui.selected === null || isAmongHosts ? null : statusOf(ui.selected),
    isMany: total > 1,
    hasLog: logRows > 0,
  };
}

function pressTyping(ui: UiState, chord: string): Pressed {
  const typed = ui.typing ?? '';
  if (chord === 'return') return only({ ...ui, typing: null, filter: typed });
  if (chord === 'escape' || chord === 'ctrl+c') return only({ ...ui, typing: null });
  if (chord === 'backspace') return only({ ...ui, typing: typed.slice(0, -1), filter: typed.slice(0, -1) });
  if (chord === 'ctrl+u') return only({ ...ui, typing: '', filter: '' });
  const text = chord === 'space' ? ' ' : chord;
  if (/^(?:ctrl\+|up|down|left|right|page|home|end|tab)/.test(chord) && chord.length > 1) return only(ui);
  return only({ ...ui, typing: typed + text, filter: typed + text });
}

function act(ui: UiState, action: Action, around: Surroundings): Pressed {
  switch (action) {
    case 'up':
    case 'down':
    case 'pageUp':
    case 'pageDown':
    case 'first':
    case 'last':
      return only(move(ui, action, around));
    case 'open':
      return only({ ...ui, page: 'detail', under: 'table', logEnd: null });
    case 'back':
      return only(back(ui));
    case 'pane':
      return only({ ...ui, pane: ui.pane === 'runs' ? 'hosts' : 'runs' });
    case 'filter':
      return only({ ...ui, typing: ui.filter });
    case 'sort':
      return only({
        ...ui,
        sort: nextSort(ui.sort),
        said: `sorted by ${sortName(nextSort(ui.sort), around)}`,
      });
    case 'follow': {
      return only({ ...ui, logEnd: ui.logEnd === null ? around.logTo : null });
    }
    case 'log':
    case 'errors':
      return only({ ...ui, page: action, under: ui.page === 'detail' ? 'detail' : 'table', logEnd: null });
    case 'mark':
      return only(mark(ui));
    case 'compare':
      return only(compare(ui, around));
    case 'stop':
      return only(ask(ui, 'stop', ui.selected));
    case 'stopAll':
      return only(ask(ui, 'stop', around.batch));
    case 'again':
      return only(ask(ui, again(ui.selected, around), ui.selected));
    case 'pull':
    case 'copy':
    case 'pager':
      return ui.selected === null ? only(ui) : { ui, effect: { kind: action, id: ui.selected } };
    case 'help':
      return only({ ...ui, page: 'help', helpTop: 0 });
    case 'detach':
    case 'suspend':
    case 'interrupt':
      return { ui, effect: { kind: action } };
  }
}

function only(ui: UiState): Pressed {
  return { ui, effect: null };
}

function ask(ui: UiState, kind: Question['kind'], id: string | null): UiState {
  return { ...ui, asking: id === null ? null : { kind, id } };
}

/** The files of a run that completed are a result: nothing overwrites them. */
function again(id: string | null, { statusOf }: Surroundings): Question['kind'] {
  const status = id === null ? null : statusOf(id);
  return status !== null && isFinal(status) && status !== 'completed' ? 'restart' : 'rerun';
}

function sortName(sort: Sort, { objective }: Surroundings): string {
  return sort === 'best' ? objective || 'objective' : sort;
}

function back(ui: UiState): UiState {
  if (ui.page === 'table') return { ...ui, filter: '', marked: [] };
  return {
    ...ui,
    page: ui.page === 'detail' || ui.page === 'compare' ? 'table' : ui.under,
    under: 'table',
    logEnd: null,
  };
}

function mark(ui: UiState): UiState {
  const { selected, marked } = ui;
  if (selected === null) return ui;
  const isMarked = marked.includes(selected);
  return { ...ui, marked: isMarked ? marked.filter((id) => id !== selected) : [...marked, selected] };
}

function compare(ui: UiState, { best, order }: Surroundings): UiState {
  if (ui.marked.length >= 2) return { ...ui, page: 'compare', compared: ui.marked };
  const other = best !== null && best !== ui.selected ? best : order.find((id) => id !== ui.selected);
  const compared = [ui.selected, ...ui.marked, other].filter((id) => id !== null && id !== undefined);
  return { ...ui, page: 'compare', compared: [...new Set(compared)] };
}

/** Whether arrows move through a log: where it is all there is to move in. */
export function scrolls({ page }: UiState, { total, logRows }: Surroundings): boolean {
  if (page === 'log' || page === 'errors') return true;
  return (page === 'detail' || page === 'table') && total <= 1 && logRows > 0;
}

type Move = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last';

function move(ui: UiState, action: Move, around: Surroundings): UiState {
  if (ui.page === 'help') {
    return { ...ui, helpTop: step(ui.helpTop, action, { page: around.pageRows, end: around.helpEnd }) };
  }
  if (scrolls(ui, around)) {
    const { logFrom, logTo, logRows } = around;
    const least = Math.min(logTo, logFrom + logRows);
    const end = step(ui.logEnd ?? logTo, action, { page: Math.max(1, logRows), start: least, end: logTo });
    return { ...ui, logEnd: end >= logTo ? null : end };
  }
  if (ui.page === 'table' && ui.pane === 'hosts') {
    return { ...ui, hostsTop: step(ui.hostsTop, action, { page: 5, end: Math.max(0, around.hostRows - 1) }) };
  }
  const at = Math.max(0, around.order.indexOf(ui.selected ?? ''));
  const next = step(at, action, { page: around.pageRows, end: Math.max(0, around.order.length - 1) });
  return { ...ui, selected: around.order[next] ?? null, isPinned: action !== 'first', logEnd: null };
}

function step(
  at: number,
  action: Move,
  { page, start = 0, end }: { page: number; start?: number; end: number },
): number {
  const by = {
    up: -1,
    down: 1,
    pageUp: -Math.max(1, page - 1),
    pageDown: Math.max(1, page - 1),
    first: -Infinity,
    last: Infinity,
  };
  return Math.min(end, Math.max(start, at + by[action]));
}
