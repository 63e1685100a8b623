import type { RunStatus } from '#protocol';
import { isFinal } from '#protocol';

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
  | 'again'
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
  /** Of the chosen run, if keys may act upon one. */
  readonly status: RunStatus | null;
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
const withRun = ({ status, page }: KeyContext) => status !== null && page !== 'help';
const isOver = ({ status }: KeyContext) => status !== null && isFinal(status);
const inTable = ({ page, kind }: KeyContext) => page === 'table' && kind !== 'run';

export const BINDINGS: readonly Binding[] = [
  {
    action: 'up',
    keys: ['up', 'k'],
    rank: 99,
    help: 'previous run; scroll up in a log or list of hosts',
    isValid: always,
  },
  {
    action: 'down',
    keys: ['down', 'j'],
    rank: 99,
    help: 'next run; scroll down in a log or list of hosts',
    isValid: always,
  },
  { action: 'pageUp', keys: ['pageup', 'ctrl+b'], rank: 99, help: 'page up', isValid: always },
  { action: 'pageDown', keys: ['pagedown', 'ctrl+f'], rank: 99, help: 'page down', isValid: always },
  {
    action: 'first',
    keys: ['home', 'g'],
    rank: 99,
    help: 'first row; the cursor then stays at the top',
    isValid: always,
  },
  { action: 'last', keys: ['end', 'G'], rank: 99, help: 'last row', isValid: always },
  {
    action: 'open',
    keys: ['return'],
    word: 'open',
    rank: 4,
    help: 'open the run: flags, scalars and log',
    isValid: (context) => context.status !== null && (inTable(context) || context.page === 'compare'),
  },
  {
    action: 'back',
    keys: ['escape'],
    word: 'back',
    rank: 1,
    help: 'go back; in the table, clear the filter and marks',
    isValid: ({ page }) => page !== 'table',
  },
  {
    action: 'pane',
    keys: ['tab'],
    word: 'hosts',
    rank: 9,
    help: 'switch between hosts and runs',
    isValid: (context) => inTable(context) && context.kind === 'top',
  },
  {
    action: 'filter',
    keys: ['/'],
    word: 'filter',
    rank: 10,
    help: 'filter: show runs that contain all these words',
    isValid: inTable,
  },
  {
    action: 'sort',
    keys: ['s'],
    word: 'sort',
    rank: 11,
    help: 'change sort order',
    isValid: inTable,
  },
  {
    action: 'follow',
    keys: ['f'],
    word: 'follow',
    rank: 12,
    help: 'follow the log on/off',
    isValid: (context) => withRun(context) && context.hasLog,
  },
  {
    action: 'log',
    keys: ['l'],
    word: 'log',
    rank: 5,
    help: 'show only the log',
    isValid: (context) => withRun(context) && context.page !== 'log',
  },
  {
    action: 'errors',
    keys: ['e'],
    word: 'errors',
    rank: 13,
    help: 'show how the run ended and the last error in its log',
    isValid: (context) => withRun(context) && context.page !== 'errors',
  },
  {
    action: 'mark',
    keys: ['space'],
    word: 'mark',
    rank: 16,
    help: 'mark the run for comparison',
    isValid: (context) => context.status !== null && inTable(context),
  },
  {
    action: 'compare',
    keys: ['c'],
    word: 'compare',
    rank: 14,
    help: 'compare the marked runs, or this run with the best',
    isValid: (context) => withRun(context) && context.isMany && context.page !== 'compare',
  },
  {
    action: 'stop',
    keys: ['x'],
    word: 'stop',
    rank: 6,
    help: 'stop the run (asks first)',
    isValid: (context) => withRun(context) && !isOver(context),
  },
  {
    action: 'stopAll',
    keys: ['X'],
    word: 'stop all',
    rank: 17,
    help: 'stop the whole batch (asks first)',
    isValid: ({ hasBatch, page }) => hasBatch && page !== 'help',
  },
  {
    action: 'again',
    keys: ['r'],
    word: 'rerun',
    rank: 15,
    help: 'run again: a completed run as a new run, any other in place (asks first)',
    isValid: (context) => withRun(context) && isOver(context),
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
    help: "copy the run's ID to the clipboard (OSC 52)",
    isValid: withRun,
  },
  {
    action: 'pager',
    keys: ['o'],
    word: 'pager',
    rank: 21,
    help: 'open the full log in $PAGER',
    isValid: withRun,
  },
  {
    action: 'detach',
    keys: ['d', 'q'],
    word: 'detach',
    rank: 2,
    help: 'detach; runs keep running',
    isValid: always,
  },
  {
    action: 'help',
    keys: ['?'],
    word: 'help',
    rank: 3,
    help: 'show all keys',
    isValid: ({ page }) => page !== 'help',
  },
  {
    action: 'suspend',
    keys: ['ctrl+z'],
    rank: 98,
    help: 'suspend (`fg` resumes)',
    isValid: always,
  },
  {
    action: 'interrupt',
    keys: ['ctrl+c'],
    rank: 98,
    help: 'detach from a remote run; stop a local one started here',
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
