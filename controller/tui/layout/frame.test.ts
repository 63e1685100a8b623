import { expect, test } from 'vitest';
import { pastEvents } from '../demo/past.ts';
import { standardFleet } from '../demo/standard.ts';
import { BINDINGS } from '../keys.ts';
import { ViewModel } from '../model.ts';
import { contextOf } from '../ui.ts';
import { reduce } from '../reduce.ts';
import { EMPTY_STATE, type ViewState } from '../state.ts';
import type { FeedEvent } from '../view-feed.ts';
import { displayWidth } from '../width.ts';

const NOW = 1_700_000_000_000;
const KINDS = ['run', 'batch', 'watch', 'top'] as const;
const SIZES = [
  [40, 10],
  [60, 15],
  [100, 30],
  [200, 50],
  [300, 100],
] as const;
const PAGES = ['', '\r', 'l', 'e', 'c', '?', '/', 'x'] as const;

type Kind = (typeof KINDS)[number];

const states = new Map(
  KINDS.map((kind) => {
    const options = standardFleet({
      lost: 'lab-3',
      scope: kind === 'run' ? 'run' : kind === 'top' ? 'all' : 'batch',
    });
    const log: FeedEvent = {
      type: 'output',
      at: NOW,
      id: options.fleet.trials[0]?.meta.id ?? '',
      offset: 0,
      stream: 'stdout',
      bytes: Buffer.from('epoch 1\n'.repeat(200)),
    };
    return [kind, reduce(EMPTY_STATE, [...pastEvents(options, NOW), log])];
  }),
);

function modelOf(kind: Kind, env: Record<string, string> = { LANG: 'C.UTF-8' }) {
  const state = states.get(kind) ?? EMPTY_STATE;
  const terminal = { env } as never;
  const subject = kind === 'run' ? ([...state.runs.keys()][0] ?? null) : null;
  return { state, model: new ViewModel({ kind, terminal, subject, comeBack: 'sortie watch 3f9a2c1d' }) };
}

function plainText(rows: readonly string[]): string {
  return rows.join('\n').replaceAll(/\x1b\[[0-9;]*m/g, '');
}

function rowsOf(
  kind: Kind,
  [columns, rows]: readonly [number, number],
  keys: readonly string[] = [],
  env?: Record<string, string>,
) {
  const { state, model } = modelOf(kind, env);
  model.rows(state, NOW, { columns, rows });
  for (const key of keys) model.press(key === '\r' ? 'return' : key, state, { columns, rows });
  return model.rows(state, NOW, { columns, rows });
}

test.each(SIZES.flatMap((size) => KINDS.map((kind) => [...size, kind] as const)))(
  'at %i×%i no page of %s is taller or wider than the terminal',
  (columns, rows, kind) => {
    for (const page of PAGES) {
      const shown = rowsOf(kind, [columns, rows], page === '' ? [] : [page]);
      expect(shown.length).toBeLessThanOrEqual(kind === 'run' || kind === 'batch' ? rows - 1 : rows);
      for (const row of shown) expect(displayWidth(row)).toBeLessThanOrEqual(columns);
    }
  },
);

test.each(SIZES)('at %i×%i watch shows the batch, a host, a trial and a key', (...size) => {
  const text = rowsOf('watch', size).join('\n');
  expect(text).toContain('train');
  expect(text).toContain('lab-3');
  expect(text).toMatch(/[0-9a-f]{8}/);
  expect(text).toContain('detach');
});

test('without Unicode every character is ASCII, without colour nothing is coloured', () => {
  for (const kind of KINDS) {
    for (const page of PAGES) {
      const keys = page === '' ? [] : [page];
      const text = rowsOf(kind, [120, 40], keys, { LANG: 'C', NO_COLOR: '1' }).join('\n');
      expect(text.replaceAll(/\x1b\[[0-9;]*m/g, '')).toMatch(/^[\x20-\x7e\n]*$/);
      expect(text).not.toMatch(/\x1b\[3\d|\x1b\[9\d|\x1b\[38/);
    }
  }
});

test('only the sixteen colours of the terminal are used, never black or white', () => {
  const codes =
    rowsOf('watch', [120, 40])
      .join('')
      .match(/\x1b\[[0-9;]*m/g) ?? [];
  const allowed = [1, 2, 7, 22, 27, 31, 32, 33, 35, 36, 39].map((code) => `\x1b[${code}m`);
  for (const code of codes) expect(allowed).toContain(code);
});

test('a lost host is shown beside its trials, whose state stays what it was', () => {
  const text = rowsOf('watch', [140, 40], ['/', 'l', 'a', 'b', '-', '3', '\r']).join('\n');
  expect(text).toContain('○ retry in 3 s');
  expect(text).toContain('no answer');
  expect(text).toMatch(/○[0-9a-f]{8} {2}▶ running .*lab-3:\d/);
  expect(text).not.toMatch(/\blost\b/);
});

test('hostile names cannot reach the terminal', () => {
  const evil = '\x1b]0;owned\x07\x1b[2Jx\u202e\r\n';
  const state = reduce(EMPTY_STATE, [
    { type: 'link', at: NOW, host: evil, link: { kind: 'lost', since: NOW, retryAt: NOW, reason: evil } },
    {
      type: 'meta',
      at: NOW,
      meta: {
        id: 'a'.repeat(32),
        operation: evil,
        label: evil,
        flags: { [evil]: evil },
        trials: null,
        batch: null,
      },
    },
    ...pastEvents(standardFleet({ scope: 'run' }), NOW).map((event): FeedEvent =>
      event.type === 'agent' && event.event.type === 'run'
        ? {
            ...event,
            host: evil,
            event: {
              ...event.event,
              run: {
                ...event.event.run,
                id: 'a'.repeat(32),
                reason: evil,
                progress: { fraction: null, text: evil },
              },
            },
          }
        : event,
    ),
    { type: 'notice', at: NOW, level: 'error', text: evil },
  ]);
  for (const kind of KINDS) {
    for (const page of PAGES) {
      const { model } = modelOf(kind);
      const size = { columns: 100, rows: 30 };
      model.rows(state, NOW, size);
      if (page !== '') model.press(page === '\r' ? 'return' : page, state, size);
      const text = [
        ...model.rows(state, NOW, size),
        ...model.summary(state, NOW, { ...size, isOver: false }),
      ];
      for (const row of text)
        expect(row.replaceAll(/\x1b\[[0-9;]*m/g, '')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
    }
  }
});

test('the summary says how it stands, what was best, and how to come back', () => {
  const { state, model } = modelOf('batch');
  const size = { columns: 100, rows: 30 };
  model.rows(state, NOW, size);
  const left = model.summary(state, NOW, { ...size, isOver: false }).join('\n');
  expect(left).toContain('63 of 200 completed');
  expect(left).toMatch(/completed in .*loss=0\.\d+ {2}lr=/);
  expect(left).toContain('sortie watch 3f9a2c1d');
  expect(model.summary(state, NOW, { ...size, isOver: true }).join('\n')).not.toContain('Come back');
});

test('what is old says so by a sign and not by dimness alone, in every width and without colour', () => {
  for (const [columns, rows] of SIZES) {
    const shown = rowsOf('watch', [columns, rows], [], { LANG: 'C.UTF-8', NO_COLOR: '1' });
    const faded = shown.filter((row) => row.startsWith('\x1b[2m') && row.includes('running'));
    expect(faded.length).toBeGreaterThan(0);
    for (const row of faded) expect(row).toMatch(/^\x1b\[2m.○/);
  }
});

test.each(SIZES)('at %i×%i top shows load, memory, temperature and whose work it is', (columns, rows) => {
  const text = rowsOf('top', [columns, rows])
    .join('\n')
    .replaceAll(/\x1b\[[0-9;]*m/g, '');
  expect(text).toMatch(/^ {2}0 .*\d+ % .*\d+ GiB .*\d+ °C .*[0-9a-f]{8}$/m);
  expect(text).toMatch(/gpu-box .*4 slots · 4 running/);
});

test('where a batch will be done is the last thing to go from its title', () => {
  for (const [columns, rows] of SIZES) expect(rowsOf('watch', [columns, rows])[0]).toMatch(/ETA \d+ m/);
});

test('a long notice has rows enough to be read', () => {
  const { state, model } = modelOf('watch');
  const text = `could not do it because ${'of this and that '.repeat(12)}END`;
  const told = reduce(state, [{ type: 'notice', at: NOW, level: 'error', text }]);
  const shown = model.rows(told, NOW + 30_000, { columns: 100, rows: 30 }).join('\n');
  expect(shown).toContain('error: could not do it');
  expect(shown).toContain('END');
});

test.each(
  [
    [80, 24],
    [100, 30],
    [200, 50],
  ].flatMap((size) =>
    KINDS.flatMap((kind) => ['', 'return', 'l', 'e', 'c', '?'].map((page) => [...size, kind, page])),
  ),
)('at %i×%i the footer of %s has every key that works (page %s)', (...args) => {
  const [columns, rows, kind, page] = args as [number, number, Kind, string];
  const { state, model } = modelOf(kind);
  for (const status of ['running', 'completed', 'error'] as const) {
    const runs = [...state.runs].map(
      ([id, run]) => [id, { ...run, state: { ...run.state, status } }] as const,
    );
    const seen = { ...state, runs: new Map(runs) };
    const size = { columns, rows };
    model.rows(seen, NOW, size);
    if (page !== '') model.press(page, seen, size);
    const footer = plainText(model.rows(seen, NOW, size).slice(-2));
    const context = contextOf(model.ui, {
      kind,
      batch: state.batch?.id ?? null,
      total: seen.runs.size,
      statusOf: () => status,
      logRows: footer.includes('follow') ? 1 : 0,
    });
    for (const { word, isValid, keys } of BINDINGS) {
      if (word === undefined || !isValid(context)) continue;
      const key = { return: '⏎', escape: 'esc' }[keys[0] ?? ''] ?? keys[0];
      expect(footer).toContain(`${key} ${word}`);
    }
  }
});

test('where the keys do not fit, the footer says that there are more', () => {
  expect(plainText(rowsOf('watch', [40, 10]).slice(-1))).toContain('? all keys');
});

test.each([
  'error',
  'failed',
  'exit status 1',
  '#75 in queue',
  'queued',
  'gpu-box:3',
  'lr=0.003',
  'done',
  'completed',
])('what the screen says can be typed into the filter: %s', (words) => {
  const { state, model } = modelOf('watch');
  const size = { columns: 160, rows: 40 };
  const runs = [...state.runs].map(([id, run], index) => {
    const failed = { ...run.state, status: 'error', exitStatus: 1, queue: null } as const;
    return [id, index === 0 ? { ...run, state: failed } : run] as const;
  });
  const seen = { ...state, runs: new Map(runs) };
  model.rows(seen, NOW, size);
  for (const key of ['/', ...words.split(''), 'return']) model.press(key === ' ' ? 'space' : key, seen, size);
  const shown = plainText(model.rows(seen, NOW, size));
  expect(shown).not.toContain('no match');
  expect(shown).toMatch(/\/.* [1-9]\d* of 200/);
});

test('running trials come first, then queued, failed and completed, and hands off the cursor stays at the top', () => {
  const { state, model } = modelOf('watch');
  const size = { columns: 100, rows: 220 };
  const order = (now: number, seen: ViewState) =>
    plainText(model.rows(seen, now, size)).match(/(?<=^.{10,12}[^\w ] )(?:running|pending|completed)/gm) ??
    [];
  const before = order(NOW, state);
  expect([...new Set(before)]).toEqual(['running', 'pending', 'completed']);
  const [first] = model.ui.selected === null ? [] : [model.ui.selected];
  const run = state.runs.get(first ?? '');
  if (run === undefined) throw new Error('Expected a chosen run');
  const ended = { ...run, state: { ...run.state, status: 'completed', stopped: NOW * 1000 } } as const;
  const after = { ...state, runs: new Map([...state.runs, [run.id, ended]]) };
  order(NOW + 2000, after);
  expect(model.ui.selected).not.toBe(run.id);
  expect(after.runs.get(model.ui.selected ?? '')?.state.status).toBe('running');
  // Once somebody has chosen a run, the cursor is theirs.
  model.press('down', after, size);
  const { selected } = model.ui;
  order(NOW + 4000, state);
  expect(model.ui.selected).toBe(selected);
});

test('every host of a batch has a row and no other has, also one that was never reached', () => {
  const { state, model } = modelOf('watch');
  const [local] = [...state.hosts.values()];
  if (state.batch === null || local === undefined) throw new Error('Expected a batch on hosts');
  const seen: ViewState = {
    ...state,
    hosts: new Map([...state.hosts, ['local', { ...local, name: 'local' }]]),
    batch: { ...state.batch, hosts: ['gpu-box', 'lab-2', 'lab-9'] },
  };
  for (const [columns, rows] of [
    [80, 24],
    [100, 30],
    [200, 50],
  ] as const) {
    const shown = plainText(model.rows(seen, NOW, { columns, rows }));
    expect(shown).toMatch(/^ {2}gpu-box +● live/m);
    expect(shown).toMatch(/^ {2}lab-2 +● live/m);
    expect(shown).toMatch(/^ {2}lab-9 +○ not connected/m);
    expect(shown).not.toMatch(/^ {2}(?:local|lab-3) /m);
    expect(shown).not.toContain('more host');
  }
});

test('only flags that vary have columns, in the order they were given, and only what is known has others', () => {
  const run = [...(states.get('run') ?? EMPTY_STATE).runs.values()][0];
  if (run === undefined) throw new Error('Expected a run');
  const events = ['a', 'b', 'c'].flatMap((letter, index): FeedEvent[] => {
    const id = letter.repeat(32);
    const flags = { lr: `0.${index + 1}`, epochs: String(2 * index), amp: 'no', model: letter };
    const state = {
      ...run.state,
      id,
      batch: null,
      status: 'completed',
      progress: null,
      scalars: {},
    } as const;
    const label = Object.entries(flags)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ');
    return [
      { type: 'meta', at: NOW, meta: { id, operation: 'train', label, flags, trials: null, batch: null } },
      { type: 'agent', at: NOW, host: 'box', event: { type: 'run', seq: 1, run: state } },
    ];
  });
  const { model } = modelOf('watch');
  const header = (seen: ViewState) =>
    plainText(model.rows(seen, NOW, { columns: 100, rows: 30 }))
      .match(/^ {2}ID .*$/m)?.[0]
      .split(/ +/);
  expect(header(reduce(EMPTY_STATE, events))).toEqual([
    '',
    'ID',
    'STATUS',
    'OPERATION',
    'LR',
    'EPOCHS',
    'MODEL',
    'TIME',
    'WHERE',
  ]);
});
