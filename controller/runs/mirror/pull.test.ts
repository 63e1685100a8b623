import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '#protocol';
import { MemoryHost } from '../../remotes/memory-host.ts';
import { memoryRun, type MemoryFile, type MemoryRun } from '../../remotes/memory-run.ts';
import { pullRun } from './pull.ts';

const ID = 'a'.repeat(32);
let base: string;
let home: string;
let dir: string;
let host: MemoryHost;
let run: MemoryRun;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sortie-pull-'));
  home = join(base, 'home');
  dir = join(home, 'runs', ID);
  host = new MemoryHost();
  run = memoryRun(ID);
  host.runsById.set(ID, run);
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

const file = (content: string, more: Partial<MemoryFile> = {}): MemoryFile => ({
  kind: 'file',
  bytes: Buffer.from(content),
  mtime: 1_600_000_000_123,
  ...more,
});
const local = (path: string) => readFileSync(join(dir, path), 'utf8');

test('all files come with their modes and times, directories and inner links too; a second pull fetches nothing', async () => {
  run.files.set('model/best.pt', file('weights'));
  run.files.set('eval.sh', file('#!/bin/sh\n', { executable: true }));
  run.files.set('empty', { kind: 'directory' });
  run.files.set('latest', { kind: 'link', target: 'model/best.pt' });
  const seen: number[] = [];
  const pulled = await pullRun(host, ID, { home, onProgress: ({ done }) => seen.push(done) });
  expect(pulled).toMatchObject({ files: 2, bytes: 17, skipped: [] });
  expect(local('model/best.pt')).toBe('weights');
  expect(statSync(join(dir, 'eval.sh')).mode & 0o111).not.toBe(0);
  expect(Math.round(statSync(join(dir, 'eval.sh')).mtimeMs)).toBe(1_600_000_000_123);
  expect(lstatSync(join(dir, 'empty')).isDirectory()).toBe(true);
  expect(readlinkSync(join(dir, 'latest'))).toBe('model/best.pt');
  expect(seen.at(-1)).toBe(17);
  host.calls.length = 0;
  expect(await pullRun(host, ID, { home })).toMatchObject({ files: 0, bytes: 0 });
  expect(host.calls.some((call) => call.startsWith('file '))).toBe(false);
});

test('chosen files only, by name, directory or pattern; a name that chooses nothing is an error', async () => {
  for (const path of ['a/x.pt', 'a/y.txt', 'b.pt', 'c.txt']) run.files.set(path, file(path));
  await pullRun(host, ID, { home, paths: ['./a/', '*.pt'] });
  expect(['a/x.pt', 'a/y.txt', 'b.pt', 'c.txt'].filter((path) => existsSync(join(dir, path)))).toEqual([
    'a/x.pt',
    'a/y.txt',
    'b.pt',
  ]);
  await expect(pullRun(host, ID, { home, paths: ['nope'] })).rejects.toThrow("the run has no file 'nope'");
});

test('a pull that was cut goes on where it stopped', async () => {
  const content = 'x'.repeat(200_000);
  run.files.set('big', file(content));
  const whole = host.file.bind(host);
  const froms: number[] = [];
  host.file = async function* (id, path, options) {
    froms.push(options.from);
    let given = 0;
    for await (const chunk of whole(id, path, options)) {
      yield chunk;
      given += chunk.length;
      if (froms.length === 1 && given > 100_000) throw new Error('cut');
    }
  };
  await expect(pullRun(host, ID, { home })).rejects.toThrow('cut');
  expect(existsSync(join(dir, 'big'))).toBe(false);
  await pullRun(host, ID, { home });
  expect(froms[0]).toBe(0);
  expect(froms[1]).toBeGreaterThan(100_000);
  expect(local('big')).toBe(content);
});

test('no more bytes than were listed are taken, and a file that changed meanwhile is told of, not half kept', async () => {
  run.state = { ...run.state, status: 'running' };
  run.files.set('endless', file('12345'));
  run.files.set('fine', file('fine'));
  host.file = async function* (_id, path) {
    if (path === 'endless') {
      run.files.set('endless', file('x', { mtime: 9 }));
      for (;;) yield Buffer.from('abc');
    }
    yield Buffer.from('fine');
  };
  const pulled = await pullRun(host, ID, { home });
  expect(pulled.skipped).toEqual([
    { path: 'endless', reason: 'it changed while it was read', isMissed: true },
  ]);
  expect(existsSync(join(dir, 'endless'))).toBe(false);
  expect(local('fine')).toBe('fine');
});

test('links out of the run are told of and not made', async () => {
  run.files.set('data', { kind: 'link', target: '/datasets/cifar' });
  run.files.set('other', { kind: 'link', target: `../${'b'.repeat(32)}/model` });
  run.files.set('a', file('1'));
  const pulled = await pullRun(host, ID, { home });
  expect(pulled.skipped.map(({ path, isMissed }) => [path, isMissed])).toEqual([
    ['data', false],
    ['other', false],
  ]);
  expect(existsSync(join(dir, 'data'))).toBe(false);
  expect(local('a')).toBe('1');
});

test('what cannot come is named with why, and all the rest comes', async () => {
  const names = { 'a\\b': 'back', gone: '', 'locked/x': '', 'bad\ufffd': '', 'z/fine': 'fine' };
  for (const [path, content] of Object.entries(names)) run.files.set(path, file(content || 'lost'));
  run.files.set('bad\ufffd', file('', { problem: 'its name is not UTF-8' }));
  const given = host.file.bind(host);
  host.file = (id, path, options) => {
    if (path === 'gone') throw new UserError({ code: 'no-such-file', message: 'no such file' });
    if (path === 'locked/x') throw new UserError({ code: 'unreadable-file', message: 'permission denied' });
    return given(id, path, options);
  };
  const pulled = await pullRun(host, ID, { home });
  expect(pulled.skipped.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    { path: 'a\\b', reason: 'it contains a backslash', isMissed: true },
    { path: 'bad\ufffd', reason: 'its name is not UTF-8', isMissed: true },
    { path: 'gone', reason: 'it is gone', isMissed: true },
    { path: 'locked/x', reason: 'permission denied', isMissed: true },
  ]);
  expect(pulled.files).toBe(1);
  expect(local('z/fine')).toBe('fine');
  // What was not asked for is not missed.
  expect((await pullRun(host, ID, { home, paths: ['z'] })).skipped).toEqual([]);
});

test('whatever a hostile host lists, nothing outside of the run’s directory is touched', async () => {
  const name = fc.constantFrom('..', '.', 'a', 'b', 'up', '', 'x\0', '/etc', 'a\\..\\b', '.guild');
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const listed = fc.oneof(
    path.map((at) => [at, file('evil')] as const),
    path.map((at) => [at, { kind: 'directory' } satisfies MemoryFile] as const),
    fc.tuple(path, path).map(([at, target]) => [at, { kind: 'link', target } satisfies MemoryFile] as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(listed, { maxLength: 5 }), async (listing) => {
      rmSync(dir, { recursive: true, force: true });
      run.files.clear();
      for (const [at, what] of listing) run.files.set(at, what);
      host.meta = async () => {
        const { pack } = await import('tar-stream');
        const tar = pack();
        tar.finalize();
        return tar as never;
      };
      const problem = await pullRun(host, ID, { home }).then(
        () => null,
        (error: unknown) => error,
      );
      expect(problem === null || problem instanceof UserError ? null : problem).toBeNull();
      expect(
        existsSync(join(base, 'a')) || existsSync(join(home, 'a')) || existsSync(join(home, 'runs/a')),
      ).toBe(false);
      expect(lstatSync(join(dir, '.guild')).isDirectory()).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 30_000);

test('a link that stands here from earlier is not written through', async () => {
  const elsewhere = join(base, 'elsewhere');
  mkdirSync(elsewhere);
  mkdirSync(dir, { recursive: true });
  symlinkSync(elsewhere, join(dir, 'out'));
  run.files.set('out/x', file('evil'));
  await expect(pullRun(host, ID, { home })).rejects.toThrow(/in the way/);
  expect(existsSync(join(elsewhere, 'x'))).toBe(false);
});
