import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseSourceConfig } from './config.ts';
import { packDependencies } from './dependency.ts';
import type { Progress } from '#controller/remotes';
import { packTree } from './pack.ts';
import { selectSource } from './select.ts';

let base: string;
let project: string;
let home: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sortie-pack-'));
  project = join(base, 'project');
  home = join(base, 'home');
  mkdirSync(project);
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

function put(path: string, content: string | Uint8Array, old = true): void {
  const absolute = join(project, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, content);
  if (old) utimesSync(absolute, 1_000_000, 1_000_000);
}

async function packed(maxBytes?: number) {
  const selection = await selectSource({ project, configs: [], python: true });
  return packTree(selection, { home, ...(maxBytes === undefined ? {} : { maxBytes }) });
}

const hex = (kind: string, content: string) => createHash(kind).update(content).digest('hex');

test('a tree lists its files sorted, with their hashes and modes; its name is the hash of its manifest', async () => {
  put('b.py', 'print(2)\n');
  put('a/run.sh', '#!/bin/sh\n');
  chmodSync(join(project, 'a/run.sh'), 0o755);
  const tree = await packed();
  expect(tree.manifest.entries).toEqual([
    {
      kind: 'file',
      path: 'a/run.sh',
      size: 10,
      executable: true,
      blob: hex('sha256', '#!/bin/sh\n'),
      sha1: hex('sha1', '#!/bin/sh\n'),
    },
    {
      kind: 'file',
      path: 'b.py',
      size: 9,
      executable: false,
      blob: hex('sha256', 'print(2)\n'),
      sha1: hex('sha1', 'print(2)\n'),
    },
  ]);
  expect(tree.hash).toBe(hex('sha256', JSON.stringify(tree.manifest)));
  expect(await text(tree.open(tree.hash, 0))).toBe(JSON.stringify(tree.manifest));
  expect(await text(tree.open(hex('sha256', 'print(2)\n'), 6))).toBe('2)\n');
  expect(tree.digest).toBe(hex('md5', 'a/run.sh\0#!/bin/sh\n\0b.py\0print(2)\n\0'));
  expect([...tree.blobs.keys()].at(-1)).toBe(tree.hash);
  expect(tree.bytes).toBe(19);
});

test('the digest follows the byte order of paths, and no files have none', async () => {
  expect((await packed()).digest).toBeNull();
  put('\u{1f600}.py', '1');
  put('\uffee.py', '2');
  put('a/b.py', '3');
  put('a.py', '4');
  const tree = await packed();
  const order = ['a.py\u00004', 'a/b.py\u00003', '\uffee.py\u00002', '\u{1f600}.py\u00001'];
  expect(tree.digest).toBe(hex('md5', order.map((part) => `${part}\0`).join('')));
});

test('a change is seen though size and mtime stay the same', async () => {
  put('a.py', 'one');
  const first = await packed();
  put('a.py', 'two');
  const second = await packed();
  expect(second.hash).not.toBe(first.hash);
  expect(second.digest).toBe(hex('md5', 'a.py\0two\0'));
});

test('a file written just before it was hashed is hashed again', async () => {
  for (const content of ['one', 'two', 'six']) {
    put('a.py', content, false);
    expect((await packed()).digest).toBe(hex('md5', `a.py\0${content}\0`));
  }
});

test('a damaged cache costs only hashing', async () => {
  put('a.py', 'one');
  const first = await packed();
  const { readdirSync } = await import('node:fs');
  const folder = join(home, 'cache/source');
  for (const name of readdirSync(folder))
    writeFileSync(join(folder, name), '{"version":1,"entries":{"a.py":[1]}');
  expect((await packed()).hash).toBe(first.hash);
});

test('a file that changes after it was packed is named when it is opened', async () => {
  put('a.py', 'before');
  put('big.py', 'x'.repeat(900_000));
  const tree = await packed();
  put('a.py', 'after!');
  put('big.py', 'y'.repeat(900_000));
  const blob = hex('sha256', 'before');
  expect(() => tree.read(blob)).toThrow(/a\.py changed while it was packed/);
  await expect(text(tree.open(blob, 0))).rejects.toThrow(/a\.py changed/);
  await expect(text(tree.open(hex('sha256', 'x'.repeat(900_000)), 0))).rejects.toThrow(/big\.py changed/);
  rmSync(join(project, 'a.py'));
  await expect(text(tree.open(blob, 0))).rejects.toThrow(/a\.py changed/);
});

test('source over the guard is one error that names the biggest files', async () => {
  put('small.py', '1');
  put('huge.csv', 'x'.repeat(5000));
  await expect(packed(4000)).rejects.toThrow(
    'source is 5.0 kB, over the limit of 4.0 kB; the biggest files are huge.csv (5.0 kB), small.py (1 B)',
  );
  await expect(packed(0)).resolves.toHaveProperty('bytes', 5001);
});

test('dependencies keep links that stay inside, follow those that lead out, and keep empty directories', async () => {
  put('data/a.csv', '1');
  const said: string[] = [];
  put('data/sub/b.csv', '2');
  put('outside.csv', '3');
  mkdirSync(join(project, 'data/empty'));
  symlinkSync('../a.csv', join(project, 'data/sub/inner'));
  symlinkSync('../outside.csv', join(project, 'data/outer'));
  symlinkSync(join(project, 'data/a.csv'), join(project, 'data/absolute'));
  const tree = await packDependencies(
    [{ path: join(project, 'data') }, { path: join(project, 'outside.csv'), at: 'input/o.csv' }],
    { home, notice: (sentence) => said.push(sentence) },
  );
  expect(said).toEqual([
    `Link outer -> ${join(project, 'outside.csv')} leads out of ${join(project, 'data')}: what it leads to is copied.`,
  ]);
  expect(tree.manifest.entries.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'file data/a.csv',
    'file data/absolute',
    'directory data/empty',
    'file data/outer',
    'file data/sub/b.csv',
    'link data/sub/inner',
    'file input/o.csv',
  ]);
});

test('a missing or dangling dependency is named', async () => {
  await expect(packDependencies([{ path: join(project, 'none') }], { home })).rejects.toThrow(
    `cannot find dependency '${join(project, 'none')}'`,
  );
  mkdirSync(join(project, 'd'));
  symlinkSync('/nowhere/at/all', join(project, 'd/l'));
  await expect(packDependencies([{ path: join(project, 'd') }], { home })).rejects.toThrow(/d\/l/);
});

test('a dependency that holds a name which is not UTF-8 is refused, naming it', async () => {
  mkdirSync(join(project, 'd'));
  writeFileSync(Buffer.concat([Buffer.from(join(project, 'd/bad')), Buffer.from([0xff])]), 'x');
  await expect(packDependencies([{ path: join(project, 'd') }], { home })).rejects.toThrow(
    `dependency '${join(project, 'd/bad\ufffd')}' has a name that is not UTF-8`,
  );
});

test.each([1000, 3_000_000])(
  'a file that grows as fast as it is read ends in an error that names it (%d bytes)',
  async (size) => {
    put('train.log', 'x'.repeat(size));
    const selection = await selectSource({
      project,
      configs: [parseSourceConfig([{ include: '*' }])],
      python: true,
    });
    const onProgress = () => appendFileSync(join(project, 'train.log'), 'y'.repeat(size));
    await expect(packTree(selection, { home, onProgress, maxBytes: 0 })).rejects.toThrow(
      /train\.log changed while it was packed/,
    );
  },
);

test('packing says how far it is, in bytes that have to be read', async () => {
  put('big.bin', new Uint8Array(3_000_000));
  put('small.py', 'print(1)\n');
  const selection = await selectSource({ project, configs: [], python: true });
  const told: Progress[] = [];
  const onProgress = (progress: Progress) => void told.push(progress);
  const bytes = selection.files.reduce((sum, { stat }) => sum + Number(stat.size), 0);
  await packTree(selection, { home, onProgress });
  expect(told.at(-1)).toEqual({ host: 'local', what: 'pack', done: bytes, total: bytes });
  const done = told.map((each) => each.done);
  expect(done).toEqual([...done].sort((a, b) => a - b));
});
