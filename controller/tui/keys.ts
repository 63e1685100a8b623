/** One table of keys: what they do, when they are valid, what the footer and help say, and the page of the guide. */

export type Action =
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'first'
  | 'last'
  | 'open'
  | 'back'
  | 'pane'
  | 'filter'
  | 'sort'
  | 'follow'
  | 'log'
  | 'errors'
  | 'mark'
  | 'compare'
  | 'stop'
  | 'stopAll'
  | 'restart'
  | 'pull'
  | 'copy'
  | 'pager'
  | 'detach'
  | 'help'
  | 'suspend'
  | 'interrupt';

/** What decides whether a key is valid now. */
export interface KeyContext {
  readonly kind: 'run' | 'batch' | 'watch' | 'top';
  readonly hasBatch: boolean;
  readonly page: 'table' | 'detail' | 'log' | 'errors' | 'compare' | 'help';
  /** A run is chosen that keys may act upon. */
  readonly hasRun: boolean;
  readonly isOver: boolean;
  readonly isMany: boolean;
  /** Lines of a log are on the screen. */
  readonly hasLog: boolean;
}

export interface Binding {
  readonly action: Action;
  /** As `chordsOf` (chord.ts) names them. */
  readonly keys: readonly string[];
  /** The footer's word; bindings without one are in help only. */
  readonly word?: string;
  /** Lower stays longer in a narrow footer. */
  readonly rank: number;
  readonly help: string;
  readonly isValid: (context: KeyContext) => boolean;
}

const always = () => true;
const withRun = ({ hasRun, page }: KeyContext) => hasRun && page !== 'help';
const inTable = ({ page, kind }: KeyContext) => page === 'table' && kind !== 'run';

export const BINDINGS: readonly Binding[] = [
  {
    action: 'up',
    keys: ['up', 'k'],
    rank: 99,
    help: 'the run above; in a log or a list of hosts, scroll up',
    isValid: always,
  },
  {
    action: 'down',
    keys: ['down', 'j'],
    rank: 99,
    help: 'the run below; in a log or a list of hosts, scroll down',
    isValid: always,
  },
  { action: 'pageUp', keys: ['pageup', 'ctrl+b'], rank: 99, help: 'a page up', isValid: always },
  { action: 'pageDown', keys: ['pagedown', 'ctrl+f'], rank: 99, help: 'a page down', isValid: always },
  { action: 'first', keys: ['home', 'g'], rank: 99, help: 'to the top', isValid: always },
  { action: 'last', keys: ['end', 'G'], rank: 99, help: 'to the bottom', isValid: always },
  {
    action: 'open',
    keys: ['return'],
    word: 'open',
    rank: 4,
    help: 'open the run: flags, scalars, log',
    isValid: (context) => context.hasRun && (inTable(context) || context.page === 'compare'),
  },
  {
    action: 'back',
    keys: ['escape'],
    word: 'back',
    rank: 1,
    help: 'back; in the table, drop the filter and the marks',
    isValid: ({ page }) => page !== 'table',
  },
  {
    action: 'pane',
    keys: ['tab'],
    word: 'hosts/runs',
    rank: 9,
    help: 'between hosts and runs',
    isValid: (context) => inTable(context) && context.kind === 'top',
  },
  {
    action: 'filter',
    keys: ['/'],
    word: 'filter',
    rank: 10,
    help: 'show only runs with these words',
    isValid: inTable,
  },
  {
    action: 'sort',
    keys: ['s'],
    word: 'sort',
    rank: 11,
    help: 'the next order of the table',
    isValid: inTable,
  },
  {
    action: 'follow',
    keys: ['f'],
    word: 'follow',
    rank: 12,
    help: 'keep the log at its end, or let it rest',
    isValid: (context) => withRun(context) && context.hasLog,
  },
  {
    action: 'log',
    keys: ['l'],
    word: 'log',
    rank: 5,
    help: 'the log on the whole screen',
    isValid: (context) => withRun(context) && context.page !== 'log',
  },
  {
    action: 'errors',
    keys: ['e'],
    word: 'errors',
    rank: 13,
    help: 'how the run ended and the last error in its log',
    isValid: (context) => withRun(context) && context.page !== 'errors',
  },
  {
    action: 'mark',
    keys: ['space'],
    rank: 50,
    help: 'mark the run for comparing',
    isValid: (context) => context.hasRun && inTable(context),
  },
  {
    action: 'compare',
    keys: ['c'],
    word: 'compare',
    rank: 14,
    help: 'compare the marked runs, or this one with the best',
    isValid: (context) => withRun(context) && context.isMany && context.page !== 'compare',
  },
  {
    action: 'stop',
    keys: ['x'],
    word: 'stop',
    rank: 6,
    help: 'stop the run (asks first)',
    isValid: (context) => withRun(context) && !context.isOver,
  },
  {
    action: 'stopAll',
    keys: ['X'],
    rank: 97,
    help: 'stop the whole batch (asks first)',
    isValid: ({ hasBatch, page }) => hasBatch && page !== 'help',
  },
  {
    action: 'restart',
    keys: ['r'],
    word: 'restart',
    rank: 15,
    help: 'start the run again',
    isValid: (context) => withRun(context) && context.isOver,
  },
  {
    action: 'pull',
    keys: ['p'],
    word: 'pull',
    rank: 8,
    help: "copy the run's files to this machine",
    isValid: withRun,
  },
  {
    action: 'copy',
    keys: ['y'],
    word: 'copy id',
    rank: 20,
    help: "put the run's id on the clipboard (OSC 52)",
    isValid: withRun,
  },
  {
    action: 'pager',
    keys: ['o'],
    word: 'pager',
    rank: 21,
    help: 'open the whole log in $PAGER',
    isValid: withRun,
  },
  {
    action: 'detach',
    keys: ['d', 'q'],
    word: 'detach',
    rank: 2,
    help: 'leave; runs go on, and you are told how to come back',
    isValid: always,
  },
  {
    action: 'help',
    keys: ['?'],
    word: 'help',
    rank: 3,
    help: 'these keys',
    isValid: ({ page }) => page !== 'help',
  },
  {
    action: 'suspend',
    keys: ['ctrl+z'],
    rank: 98,
    help: 'put this view to sleep; `fg` wakes it',
    isValid: always,
  },
  {
    action: 'interrupt',
    keys: ['ctrl+c'],
    rank: 98,
    help: 'leave a run that is elsewhere; stop one that runs here',
    isValid: always,
  },
];

/** What a key does now, if anything. */
export function actionFor(chord: string, context: KeyContext): Action | null {
  const binding = BINDINGS.find(({ keys }) => keys.includes(chord));
  if (binding === undefined) return null;
  // Back is understood everywhere, though the footer says so only where it leads somewhere.
  return binding.action === 'back' || binding.isValid(context) ? binding.action : null;
}

/** The keys as a table in Markdown, for the guide. */
export function keysMarkdown(): string {
  const rows = BINDINGS.map(({ keys, help }) => `| ${keys.map((key) => `\`${key}\``).join(' ')} | ${help} |`);
  return ['| key | what it does |', '| --- | --- |', ...rows, ''].join('\n');
}
