/** Each key of the table does what help says of it, pressed as a terminal sends it, on a screen that shows it. */
import { expect, test } from 'vitest';
import { BINDINGS } from '../controller/tui/keys.ts';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { viewDemo } from './support/view-demo.ts';

const demo = await viewDemo();

/** What a terminal sends for a key. */
const SENT: Readonly<Record<string, string>> = {
  up: '\x1b[A',
  down: '\x1b[B',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  home: '\x1b[H',
  end: '\x1b[F',
  return: '\r',
  escape: '\x1b',
  tab: '\t',
  space: ' ',
  'ctrl+b': '\x02',
  'ctrl+f': '\x06',
};

/** For each action: what is pressed first, and what the screen says once its key was pressed. */
interface Case {
  readonly view?: 'watch' | 'top';
  readonly first?: readonly (readonly [string, RegExp])[];
  readonly shows: RegExp;
}

const FIRST = /^▸ 7a3095cb/m;
const PENDING = /^▸ [0-9a-f]{8} {2}… pending/m;
const LAST = /^▸ [0-9a-f]{8} {2}✔ completed/m;
const HELP = /show all keys/;
const DETAIL = /^ train · 7a3095cb/;

const CASES: Readonly<Record<string, Case>> = {
  up: { first: [['j', /^▸ 7ba24bb7/m]], shows: FIRST },
  down: { shows: /^▸ 7ba24bb7/m },
  pageUp: { first: [['\x06', PENDING]], shows: FIRST },
  pageDown: { shows: PENDING },
  first: { first: [['G', LAST]], shows: FIRST },
  last: { shows: LAST },
  open: { shows: DETAIL },
  back: { first: [['\r', DETAIL]], shows: /best loss/ },
  pane: { view: 'top', shows: /scroll(?!.*x stop)/ },
  filter: { shows: /esc clear/ },
  sort: { shows: /sorted by loss/ },
  follow: { shows: /log 7a3095cb · \d+–\d+ of \d+ lines · f follow/ },
  log: { shows: /^ log 7a3095cb · following/ },
  errors: { shows: /^ 7a3095cb still running[^]*last error in its log/ },
  mark: { shows: /^•/m },
  compare: { shows: /e73a58f1 best/ },
  stop: { shows: /Stop 7a3095cb\? \[y\/N\]/ },
  stopAll: { shows: /Stop 00fb8673 and all its trials\? \[y\/N\]/ },
  again: { first: [['G', LAST]], shows: /Run [0-9a-f]{8} again as a new run\? \[y\/N\]/ },
  pull: { shows: /pulled 1 file/ },
  copy: { shows: /copied 7a3095cb/ },
  help: { shows: HELP },
};

/** Tested by themselves: they leave the view, or lend the terminal. */
const LEAVING = ['detach', 'interrupt', 'suspend', 'pager'];

test('no key is without a test', () => {
  const actions = BINDINGS.map(({ action }) => action);
  expect([...Object.keys(CASES), ...LEAVING].sort()).toEqual([...actions].sort());
});

const keys = BINDINGS.filter(({ action }) => action in CASES).flatMap(({ action, keys: each }) =>
  each.map((key) => [key, action] as const),
);

test.each(keys)('%s: %s', async (key, action) => {
  const { view = 'watch', first = [], shows } = CASES[action] ?? { shows: /never/ };
  const size = { columns: 120, rows: 30 };
  await using emulator = new Emulator([process.execPath, demo, view, '--speed', '0'], size);
  const until = async (pattern: RegExp) => emulator.until(({ text }) => pattern.test(text), String(pattern));
  await until(FIRST);
  await until(view === 'watch' ? /· following/ : /tab hosts/);
  for (const [before, seen] of first) {
    emulator.press(before);
    await until(seen);
  }
  // What was seen may be half of a frame, below which the one before is still to be read.
  await emulator.until(({ text }) => !shows.test(text), `no ${String(shows)}`);
  emulator.press(SENT[key] ?? key);
  await until(shows);
  expect(emulator.isAlternate).toBe(true);
});

test.each([
  ['d', 'd'],
  ['q', 'q'],
  ['ctrl+c', '\x03'],
])('%s leaves, and says how to come back', async (_, sent) => {
  await using emulator = new Emulator([process.execPath, demo, 'watch', '--speed', '0'], {
    columns: 100,
    rows: 30,
  });
  await emulator.untilText('· following');
  emulator.press(sent);
  expect((await emulator.exited).exitCode).toBe(0);
  expect(emulator.scrollback).toContain('Reattach with: sortie watch 00fb8673');
});
