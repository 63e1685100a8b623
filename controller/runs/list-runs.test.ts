import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  applyPatch,
  editLabel,
  editMark,
  editTags,
  filterRuns,
  formatRunInfo,
  formatRunTable,
  runOnHost,
  formatTime,
  labelOf,
  limitRuns,
  listRuns,
  purgeRun,
  readRun,
  restoreRun,
  runInfo,
  runJson,
  selectByOperation,
  selectOne,
  selectRuns,
  tagsOf,
  trashRun,
} from './index.ts';
import { memoryRun } from '../remotes/memory-run.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sortie-runs-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const now = new Date();
const idOf = (start: string) => start.padEnd(32, '0');

function put(id: string, files: Record<string, string>, old = true): string {
  const dir = join(home, 'runs', idOf(id));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  mkdirSync(join(dir, '.guild/attrs'), { recursive: true });
  if (old)
    for (const path of ['.guild/attrs', '.guild', ...Object.keys(files)])
      utimesSync(join(dir, path), 1000, 1000);
  return dir;
}

/** A run that Guild itself made. */
function guildRun(id: string, started: number, files: Record<string, string> = {}): string {
  return put(id, {
    '.guild/opref': "guildfile:/proj/guild.yml d41d8 '' train",
    '.guild/attrs/started': `${started}000000\n`,
    '.guild/attrs/exit_status': '0\n',
    '.guild/attrs/flags': 'lr: 0.1\nepochs: 10\n',
    ...files,
  });
}

test('a lock whose process began long after it was written is not held: another has the number by now', () => {
  const lock = { '.guild/LOCK': String(process.pid) };
  const dir = put('1', { '.guild/opref': "script:/p '' '' t.py", ...lock }, false);
  expect(listRuns(home).map(({ status }) => status)).toEqual(['running']);
  utimesSync(join(dir, '.guild/LOCK'), 1, 1);
  expect(listRuns(home).map(({ status }) => status)).toEqual([
    existsSync('/proc/self/stat') ? 'error' : 'running',
  ]);
});

test('runs come newest first with the status that Guild’s rules give them', () => {
  guildRun('a', 1);
  guildRun('b', 2, { '.guild/attrs/exit_status': '3\n' });
  guildRun('c', 3, { '.guild/attrs/exit_status': '-15\n' });
  guildRun('d', 4, { '.guild/PENDING': '' });
  guildRun('e', 5, { '.guild/STAGED': '' });
  guildRun('f', 6, { '.guild/LOCK.remote': 'gpu-box' });
  put('1', {
    '.guild/opref': "script:/p '' '' t.py",
    '.guild/attrs/started': '7000000\n',
    '.guild/LOCK': String(process.pid),
  });
  utimesSync(join(home, 'runs', idOf('1'), '.guild/LOCK'), now, now);
  put('2', {
    '.guild/opref': "script:/p '' '' t.py",
    '.guild/attrs/started': '8000000\n',
    '.guild/LOCK': '999999999',
  });
  put('3', { 'nothing/of/ours': '', '.guild/attrs/x': '' });
  mkdirSync(join(home, 'runs/not-a-run'));
  expect(listRuns(home).map(({ id, status, remote }) => [id.charAt(0), status, remote])).toEqual([
    ['2', 'error', null],
    ['1', 'running', null],
    ['f', 'running', 'gpu-box'],
    ['e', 'staged', null],
    ['d', 'pending', null],
    ['c', 'terminated', null],
    ['b', 'error', null],
    ['a', 'completed', null],
  ]);
});

test('of a host that is not heard any more, all live runs are shown with their age, and of another none', () => {
  const run = { ...runOnHost(memoryRun(idOf('a')).state, {}, 'lost'), status: 'running' as const };
  const at = Date.now();
  const seen = (ms: number) => (at - ms) * 1000;
  const table = formatRunTable(
    [
      { ...run, seen: seen(21_000) },
      { ...run, id: idOf('b'), seen: seen(14_000) },
      { ...run, id: idOf('c'), remote: 'heard', seen: seen(14_000) },
      { ...run, id: idOf('d'), status: 'completed', seen: seen(14_000) },
    ],
    { firstIndex: 1, cwd: '/', now: at },
  );
  expect(table.match(/(?:running|completed).*(?=\))/g)).toEqual([
    'running (lost, seen 21 s ago',
    'running (lost, seen 14 s ago',
    'running (heard',
    'completed (lost',
  ]);
});

test('our own runs are judged by their receipts, and a mirror by what was last heard', () => {
  const ours = { '.guild/opref': "script:/p '' '' t.py", '.guild/sortie/spec.json': '{}' };
  const at = '.guild/sortie/attempts';
  put('a', { ...ours, [`${at}/1/exit`]: '0\t1\t\n', [`${at}/2/exit`]: '7\t1\t\n' });
  put('b', { ...ours, [`${at}/1/problem.json`]: '{"kind":"lost","message":"host rebooted","at":1}' });
  put('c', { ...ours, [`${at}/1/claim/supervisor`]: '1\t1\tanother-boot\n' });
  put('d', { ...ours, [`${at}/1/intent.json`]: '{}', '.guild/PENDING': '' });
  put('e', { ...ours, [`${at}/1/claim/.keep`]: '' }, false);
  const state = {
    id: idOf('f'),
    attempt: 1,
    status: 'running',
    exitStatus: null,
    reason: null,
    initialized: 1,
    started: 2,
    stopped: null,
    outputBytes: 0,
    gpus: [],
    batch: null,
    queue: null,
    scalars: {},
    progress: null,
  };
  put('f', {
    ...ours,
    '.guild/sortie/mirror.json': JSON.stringify({
      remote: 'box',
      hostId: 'x',
      state,
      outputBytes: 0,
      seen: 1,
    }),
  });
  const statuses = Object.fromEntries(listRuns(home).map((run) => [run.id.charAt(0), run]));
  expect(statuses['a']).toMatchObject({ status: 'error', exitStatus: 7 });
  expect(statuses['b']).toMatchObject({ status: 'lost', reason: 'host rebooted' });
  expect(statuses['c']).toMatchObject({ status: 'lost' });
  expect(statuses['d']).toMatchObject({ status: 'pending' });
  expect(statuses['e']).toMatchObject({ status: 'running' });
  expect(statuses['f']).toMatchObject({ status: 'running', remote: 'box' });
});

test('the index never hides an edit, a removal, a restart or a new run', async () => {
  const dir = guildRun('a', 1, { '.guild/attrs/label': 'one\n' });
  guildRun('b', 2);
  expect(listRuns(home).map(labelOf)).toEqual(['', 'one']);
  expect(readdirSync(join(home, 'cache'))).toEqual(['runs-index.json']);
  writeFileSync(join(dir, '.guild/attrs/label'), 'two\n');
  expect(listRuns(home).map(labelOf)).toEqual(['', 'two']);
  writeFileSync(join(dir, '.guild/PENDING'), '');
  expect(listRuns(home).map(({ status }) => status)).toEqual(['completed', 'pending']);
  guildRun('c', 3);
  trashRun(home, idOf('b'));
  expect(listRuns(home).map(({ id }) => id.charAt(0))).toEqual(['c', 'a']);
  writeFileSync(join(home, 'cache/runs-index.json'), '{"version":1,"runs":{"x":');
  expect(listRuns(home)).toHaveLength(2);
});

test('deleted runs are listed, restored and purged', () => {
  guildRun('a', 1);
  trashRun(home, idOf('a'));
  expect(listRuns(home)).toEqual([]);
  expect(listRuns(home, { deleted: true })).toHaveLength(1);
  restoreRun(home, idOf('a'));
  expect(() => restoreRun(home, idOf('a'))).toThrow(/cannot be restored/);
  trashRun(home, idOf('a'));
  purgeRun(home, idOf('a'));
  expect(listRuns(home, { deleted: true })).toEqual([]);
  expect(() => trashRun(home, idOf('a'))).toThrow(/no run matches 'a0000000'/);
  expect(() => purgeRun(home, '../../etc')).toThrow(/run id/);
});

test('filters choose by operation, label, tag, mark, status, time and expression', () => {
  guildRun('a', 1, { '.guild/attrs/label': 'best one\n', '.guild/attrs/tags': '- x\n- y\n' });
  guildRun('b', 2, {
    '.guild/attrs/exit_status': '1\n',
    '.guild/attrs/marked': 'yes\n',
    '.guild/attrs/flags': 'lr: 1\n',
  });
  const chosen = (filters: Parameters<typeof filterRuns>[1]) =>
    filterRuns(listRuns(home), filters, now).map(({ id }) => id.charAt(0));
  expect(chosen({ operations: ['tra'] })).toEqual(['b', 'a']);
  expect(chosen({ operations: ['test'] })).toEqual([]);
  expect(chosen({ labels: ['best'] })).toEqual(['a']);
  expect(chosen({ unlabeled: true })).toEqual(['b']);
  expect(chosen({ tags: ['y', 'z'] })).toEqual(['a']);
  expect(chosen({ marked: true })).toEqual(['b']);
  expect(chosen({ statuses: ['completed', 'running'] })).toEqual(['a']);
  expect(chosen({ started: 'before 2000-01-01' })).toEqual(['b', 'a']);
  expect(chosen({ started: 'today' })).toEqual([]);
  expect(chosen({ expression: 'lr < 0.5 and status = completed' })).toEqual(['a']);
  expect(() => chosen({ labels: ['x'], unlabeled: true })).toThrow(
    '--label and --unlabeled cannot both be used',
  );
});

test('runs are looked up by index, slice, the beginning of an id, and operation', () => {
  guildRun('ab', 1);
  guildRun('ac', 2, { '.guild/attrs/marked': 'true\n' });
  guildRun('7', 3);
  const runs = listRuns(home);
  const ids = (words: string[]) => selectRuns(runs, words).map(({ id }) => id.replace(/0+$/, ''));
  expect(ids(['1'])).toEqual(['7']);
  expect(ids(['2:3'])).toEqual(['ac', 'ab']);
  expect(ids([':2', '1'])).toEqual(['7', 'ac']);
  expect(ids(['ab', '7'])).toEqual(['ab', '7']);
  expect(ids([])).toHaveLength(3);
  expect(() => ids(['a'])).toThrow(
    /^'a' matches 2 runs:\n  \[ac000000\]  train .*completed\n  \[ab000000\] /,
  );
  expect(() => ids(['f'])).toThrow("no run matches 'f'");
  expect(selectOne(runs).id).toBe(idOf('7'));
  expect(selectByOperation(runs, 'train').id).toBe(idOf('ac'));
  expect(selectByOperation(runs, '3').id).toBe(idOf('ab'));
});

test('a beginning that many ids have lists ten of them', () => {
  for (let n = 10; n < 24; n += 1) guildRun(`b${n}`, n);
  expect(() => selectOne(listRuns(home), 'b')).toThrow(
    /^'b' matches 14 runs:\n(?: {2}\[b\d+\] .*\n){10} {2}and 4 more$/,
  );
});

test('the table, its limit and its JSON are as Guild’s', () => {
  guildRun('a', 1, { '.guild/attrs/label': 'best\n', '.guild/attrs/marked': 'true\n' });
  guildRun('b', 2, {
    '.guild/LOCK.remote': 'box',
    '.guild/proto/.guild/opref': "script:/s '' '' t.py",
    '.guild/opref': "builtin:guildai 0.9.1 '' +",
  });
  const runs = listRuns(home);
  expect(formatRunTable(runs, { firstIndex: 1, cwd: '/proj' })).toBe(
    `[1:b0000000]  t.py+ (../s)    ${formatTime(2_000_000)}  running (box)\n` +
      `[2:a0000000]  train [marked]  ${formatTime(1_000_000)}  completed      best\n`,
  );
  expect(formatRunTable(runs, { firstIndex: 1, cwd: '/proj', simple: true })).toContain(
    '[2]  train [marked]  completed      best\n',
  );
  expect(runJson(runs[1]!, {})).toMatchObject({
    id: idOf('a'),
    exit_status: 0,
    label: 'best',
    marked: true,
    started: '1970-01-01T00:00:01.000Z',
    flags: { lr: 0.1, epochs: 10 },
  });
  const many = Array.from({ length: 50 }, () => runs[0]!);
  expect(limitRuns(many, {})).toMatchObject({
    shown: { length: 20 },
    note: 'Showing the first 20 runs (50 total) - use --all to show all or -m to show more',
  });
  expect(limitRuns(many, { more: 2 })).toMatchObject({ shown: { length: 50 }, note: null });
  expect(limitRuns(many, { count: 3 }).shown).toHaveLength(3);
});

test('info names what a run is, was given and measured; control characters reach no terminal', () => {
  const dir = guildRun('a', 1, {
    '.guild/attrs/label': '"x\\e[2J"\n',
    '.guild/attrs/note': 'mine\n',
    '.guild/attrs/cmd': '- python\n- a b\n',
  });
  const run = readRun(dir, idOf('a'))!;
  const scalars = { loss: { first: 1, last: 0.25, min: 0.25, max: 1, total: 2, count: 3, step: 9 } };
  const text = formatRunInfo(runInfo(run, scalars));
  expect(text).toContain('operation: train\nfrom: /proj\nstatus: completed\n');
  expect(text).toContain(
    'command: python "a b"\nexit_status: 0\nnote: mine\ntags:\nflags:\n  epochs: 10\n  lr: 0.1\n',
  );
  expect(text).toContain('scalars:\n  loss: 0.25 (step 9)\n');
  expect(text).not.toContain('\u001b');
});

test('labels, tags and marks are edited in place', async () => {
  const dir = guildRun('a', 1, { '.guild/attrs/label': 'one two\n' });
  const reread = () => readRun(dir, idOf('a'))!;
  const edit = async (patch: Record<string, string | null>) => applyPatch(reread(), patch, { host: null });
  await edit(editLabel(reread(), { kind: 'append', text: 'lr=${lr}' }));
  expect(labelOf(reread())).toBe('one two lr=0.1');
  await edit(editLabel(reread(), { kind: 'remove', text: 'two' }));
  expect(labelOf(reread())).toBe('one lr=0.1');
  await edit(editTags(reread(), { add: ['x', 'y'], sync: true }));
  expect(tagsOf(reread())).toEqual(['x', 'y']);
  expect(labelOf(reread())).toBe('x y one lr=0.1');
  await edit(editTags(reread(), { remove: ['x'], add: ['z'] }));
  expect(tagsOf(reread())).toEqual(['y', 'z']);
  await edit({
    ...editTags(reread(), { clear: true }),
    ...editLabel(reread(), { kind: 'clear' }),
    ...editMark(true),
  });
  expect([tagsOf(reread()), labelOf(reread()), reread().attrs['marked']]).toEqual([[], '', 'true\n']);
});
