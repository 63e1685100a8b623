import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryHost } from '../../remotes/memory-host.ts';
import { memoryRun } from '../../remotes/memory-run.ts';
import { formatRunTable } from '../render/run-table.ts';
import { readRun } from '../read/read-run.ts';
import { readMirrorFile } from './mirror-file.ts';
import { mirrorRun } from './mirror.ts';
import { refreshMirrors } from './refresh.ts';

const ID = 'b'.repeat(32);
const { signal } = new AbortController();
let home: string;
let dir: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sortie-refresh-'));
  dir = join(home, 'runs', ID);
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

/** A host with a run that was running when it was mirrored. */
async function mirrored() {
  const host = new MemoryHost();
  const run = memoryRun(ID, { status: 'running', exitStatus: null, stopped: null, outputBytes: 4 });
  run.output = Buffer.from('one\n');
  run.files.set('.guild/opref', { kind: 'file', bytes: Buffer.from("script:/p '' '' t.py") });
  host.runsById.set(ID, run);
  await mirrorRun(host, ID, { home, follow: false });
  host.calls.length = 0;
  return { host, run };
}

test('a run that has ended since gets its state and its record, and its output stays to be copied', async () => {
  const { host, run } = await mirrored();
  run.state = { ...run.state, status: 'error', exitStatus: 7, stopped: 9 };
  run.attrs = { stopped: '9\n' };
  await refreshMirrors(host, [ID], { home, signal });
  expect(host.calls).toEqual(['info', 'run', 'meta']);
  expect(readRun(dir, ID)).toMatchObject({ status: 'error', exitStatus: 7, attrs: { stopped: '9\n' } });
  expect(existsSync(join(dir, '.guild/LOCK.remote'))).toBe(false);
  expect(readMirrorFile(dir)).toMatchObject({ complete: false, outputBytes: 4 });
  expect((await mirrorRun(host, ID, { home })).status).toBe('error');
  expect(readMirrorFile(dir)).toMatchObject({ complete: true });
});

test('a run that still runs costs one question, and is seen anew', async () => {
  const { host } = await mirrored();
  const before = readMirrorFile(dir)?.seen ?? 0;
  // Times are in whole milliseconds: one of the same would not be newer.
  await expect.poll(() => Date.now() * 1000).toBeGreaterThan(before);
  await refreshMirrors(host, [ID], { home, signal });
  expect(host.calls).toEqual(['info', 'run']);
  expect(readMirrorFile(dir)?.seen).toBeGreaterThan(before);
});

test('a run that the host no longer has, or that another machine had, stays as it was', async () => {
  const { host } = await mirrored();
  const before = readMirrorFile(dir);
  host.runsById.clear();
  await refreshMirrors(host, [ID], { home, signal });
  await refreshMirrors(new MemoryHost('box', 'another'), [ID], { home, signal });
  expect(readMirrorFile(dir)).toEqual(before);
});

test('the trials of a batch that was left to a host become mirrors, but for those that were deleted here', async () => {
  const { host, run } = await mirrored();
  mkdirSync(join(dir, '.guild/proto'));
  const trial = (digit: string, batch: string | null) => {
    const one = memoryRun(digit.repeat(32), { status: 'completed', batch, exitStatus: 0 });
    one.files.set('.guild/opref', { kind: 'file', bytes: Buffer.from("script:/p '' '' t.py") });
    host.runsById.set(one.state.id, one);
    return one.state.id;
  };
  const [one, deleted] = [trial('1', ID), trial('2', ID)];
  trial('3', 'c'.repeat(32));
  trial('4', null);
  mkdirSync(join(home, 'trash/runs', deleted), { recursive: true });
  run.state = { ...run.state, status: 'completed', exitStatus: 0 };
  await refreshMirrors(host, [ID], { home, signal });
  expect(readdirSync(join(home, 'runs')).sort()).toEqual([one, ID].sort());
  expect(readRun(join(home, 'runs', one), one)).toMatchObject({ status: 'completed', remote: 'box' });
  expect(readRun(dir, ID)).toMatchObject({ status: 'completed' });
});

test('a batch is told to have ended only once its last trial is here', async () => {
  const { host, run } = await mirrored();
  mkdirSync(join(dir, '.guild/proto'));
  const last = memoryRun('1'.repeat(32), { status: 'completed', batch: ID, exitStatus: 0 });
  last.files.set('.guild/opref', { kind: 'file', bytes: Buffer.from("script:/p '' '' t.py") });
  const ask = host.run.bind(host);
  host.run = async (id) => {
    run.state = { ...run.state, status: 'completed', exitStatus: 0 };
    host.runsById.set(last.state.id, last);
    return ask(id);
  };
  await refreshMirrors(host, [ID], { home, signal });
  expect(readdirSync(join(home, 'runs')).sort()).toEqual([last.state.id, ID].sort());
});

test('a listing tells the age of what may have changed since', async () => {
  await mirrored();
  const run = readRun(dir, ID);
  if (run === null) throw new Error('Expected a run');
  const at = (ms: number) =>
    formatRunTable([run], { firstIndex: 1, cwd: '/p', now: (run.seen ?? 0) / 1000 + ms });
  expect(at(15_000)).toContain('  running (box)\n');
  expect(at(45_000)).toContain('  running (box, seen 45 s ago)\n');
  expect(at(3 * 3_600_000)).toContain('  running (box, seen 3 h ago)\n');
  expect(at(72 * 3_600_000)).toContain('  running (box, seen 3 d ago)\n');
  expect(formatRunTable([{ ...run, status: 'completed' }], { firstIndex: 1, cwd: '/p' })).toContain(
    '  completed (box)\n',
  );
});
