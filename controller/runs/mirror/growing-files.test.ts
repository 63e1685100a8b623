import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVENT_FILES } from '#protocol';
import { MemoryHost } from '../../remotes/memory-host.ts';
import { memoryRun, type MemoryRun } from '../../remotes/memory-run.ts';
import { copyGrowingFiles } from './growing-files.ts';
import { TreeWriter } from './tree-writer.ts';

const ID = 'a'.repeat(32);
const EVENTS = `${EVENT_FILES}1.box`;
const LARGE = 1 << 19;

let dir: string;
let host: MemoryHost;
let run: MemoryRun;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sortie-growing-'));
  host = new MemoryHost();
  run = memoryRun(ID);
  host.runsById.set(ID, run);
});
afterEach(() => rmSync(dir, { recursive: true }));

const put = (path: string, bytes: Uint8Array) => run.files.set(path, { kind: 'file', bytes });
const copy = (more: { outputBytes?: number; isOver?: boolean } = {}) =>
  copyGrowingFiles(host, new TreeWriter(dir), { id: ID, outputBytes: 1000, isOver: false, ...more });
const local = (path: string) => readFileSync(join(dir, path));

test('an event file that is large goes on from where its copy ends, and a small one is left to the record', async () => {
  put(`${EVENT_FILES}2.box`, Buffer.alloc(100, 's'));
  put(EVENTS, Buffer.alloc(LARGE, 'a'));
  await copy();
  // What is here isn't fetched again.
  writeFileSync(join(dir, EVENTS), Buffer.alloc(LARGE, 'A'));
  put(EVENTS, Buffer.concat([Buffer.alloc(LARGE, 'a'), Buffer.alloc(50, 'b')]));
  await copy();
  expect(local(EVENTS).equals(Buffer.concat([Buffer.alloc(LARGE, 'A'), Buffer.alloc(50, 'b')]))).toBe(true);
  expect(existsSync(join(dir, `${EVENT_FILES}2.box`))).toBe(false);
});

test('at the end of the run an event file is as the host has it, whatever an agent wrote anew meanwhile', async () => {
  put(EVENTS, Buffer.alloc(LARGE, 'a'));
  await copy();
  const last = Buffer.alloc(LARGE - 7, 'c');
  put(EVENTS, last);
  await copy({ isOver: true });
  expect(local(EVENTS).equals(last)).toBe(true);
});

test('event files are taken as long as all of them together are no more than one honest program writes', async () => {
  const sizes = { first: 600 << 20, 'too-large': 600 << 20, fits: 300 << 20 };
  for (const name of Object.keys(sizes)) put(`${EVENT_FILES}${name}`, Buffer.alloc(10, 'e'));
  host.files = async () =>
    Object.entries(sizes).map(([name, size]) => ({
      path: `${EVENT_FILES}${name}`,
      kind: 'file',
      size,
      executable: false,
      mtime: 0,
    }));
  await copy();
  expect(host.calls).toEqual([`file ${EVENT_FILES}first`, `file ${EVENT_FILES}fits`]);
  expect(existsSync(join(dir, `${EVENT_FILES}too-large`))).toBe(false);
});

test('no index is longer than its output could make it, and one that has gone goes here', async () => {
  put('.guild/output.index', Buffer.alloc(9 * 50));
  await copy({ outputBytes: 9 });
  expect(local('.guild/output.index')).toHaveLength(90);
  run.files.delete('.guild/output.index');
  await copy();
  expect(existsSync(join(dir, '.guild/output.index'))).toBe(false);
});
