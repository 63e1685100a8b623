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
  readonly hostsTop: number;
  readonly sort: Sort;
  readonly filter: string;
  /** The filter while it is typed. */
  readonly typing: string | null;
  /** The run that may be stopped, while that is asked. */
  readonly asking: string | null;
  /** The line after the last one shown of the log, counted from the first ever taken; null follows the end. */
  readonly logEnd: number | null;
  readonly marked: readonly string[];
  /** A word on what a key did, until the next key. */
  readonly said: string;
}

/** What a key asks of the world. */
export type Effect =
  | { readonly kind: 'stop' | 'restart' | 'pull' | 'copy' | 'pager'; readonly id: string }
  | { readonly kind: 'detach' | 'suspend' | 'interrupt' };

/** What is on the screen that keys act upon. */
export interface Surroundings {
  readonly kind: KeyContext['kind'];
  readonly batch: string | null;
  readonly order: readonly string[];
  /** Runs in all, those that the filter hides too. */
  readonly total: number;
  readonly isKnown: (id: string) => boolean;
  readonly isOver: (id: string) => boolean;
  /** Rows of the list or log now, for paging. */
  readonly pageRows: number;
  /** The log's lines that can be looked at, from and to, counted from the first ever taken. */
  readonly logFrom: number;
  readonly logTo: number;
  /** Rows that the log has on this page; 0 where none is shown. */
  readonly logRows: number;
  readonly hostRows: number;
  /** The best run, to compare with. */
  readonly best: string | null;
}

export const INITIAL_UI: UiState = {
  page: 'table',
  under: 'table',
  pane: 'runs',
  selected: null,
  hostsTop: 0,
  sort: 'activity',
  filter: '',
  typing: null,
  asking: null,
  logEnd: null,
  marked: [],
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
    const next = { ...quiet, asking: null, said: isYes ? 'stopping…' : 'not stopped' };
    return { ui: next, effect: isYes ? { kind: 'stop', id: ui.asking } : null };
  }
  const action = actionFor(chord, contextOf(ui, around));
  return action === null ? { ui: quiet, effect: null } : act(quiet, action, around);
}

export function contextOf(ui: UiState, around: Surroundings): KeyContext {
  const { kind, batch, total, isKnown, isOver, logRows } = around;
  // While hosts are looked at no run stands out, and none is acted upon.
  const isAmongHosts = ui.page === 'table' && ui.pane === 'hosts';
  return {
    kind,
    page: ui.page,
    hasBatch: batch !== null,
    hasRun: ui.selected !== null && isKnown(ui.selected) && !isAmongHosts,
    isOver: ui.selected !== null && isOver(ui.selected),
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
      return only({ ...ui, sort: nextSort(ui.sort), said: `sorted by ${nextSort(ui.sort)}` });
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
      return only({ ...ui, asking: ui.selected });
    case 'stopAll':
      return only({ ...ui, asking: around.batch });
    case 'restart':
    case 'pull':
    case 'copy':
    case 'pager':
      return ui.selected === null ? only(ui) : { ui, effect: { kind: action, id: ui.selected } };
    case 'help':
      return only({ ...ui, page: 'help' });
    case 'detach':
    case 'suspend':
    case 'interrupt':
      return { ui, effect: { kind: action } };
  }
}

function only(ui: UiState): Pressed {
  return { ui, effect: null };
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
  if (ui.marked.length >= 2) return { ...ui, page: 'compare' };
  const other = best !== null && best !== ui.selected ? best : order.find((id) => id !== ui.selected);
  const marked = [ui.selected, ...ui.marked, other].filter((id) => id !== null && id !== undefined);
  return { ...ui, page: 'compare', marked: [...new Set(marked)] };
}

/** Whether arrows move through a log: where it is all there is to move in. */
export function scrolls({ page }: UiState, { total, logRows }: Surroundings): boolean {
  if (page === 'log' || page === 'errors') return true;
  return (page === 'detail' || page === 'table') && total <= 1 && logRows > 0;
}

type Move = 'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last';

function move(ui: UiState, action: Move, around: Surroundings): UiState {
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
  return { ...ui, selected: around.order[next] ?? null, logEnd: null };
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
