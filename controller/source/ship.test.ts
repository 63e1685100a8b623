import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UserError } from '#protocol';
import { MemoryHost } from '../remotes/memory-host.ts';
import { packTree } from './pack.ts';
import { selectSource } from './select.ts';
import { LARGE_BLOB, shipTree } from './ship.ts';

let base: string;
let project: string;
let home: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sortie-ship-'));
  project = join(base, 'project');
  home = join(base, 'home');
  mkdirSync(project);
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

const put = (path: string, content: string | Uint8Array) => writeFileSync(join(project, path), content);

async function tree() {
  const config = {
    root: null,
    dest: null,
    digest: true,
    rules: [{ result: 'include', patterns: ['*'], type: 'any' }],
  } as const;
  const selection = await selectSource({ project, configs: [config], python: false });
  return packTree(selection, { home });
}

test('everything arrives, and an unchanged tree then costs one round trip and sends nothing', async () => {
  put('a.py', 'one');
  put('b.py', 'two');
  put('same.py', 'two');
  const host = new MemoryHost();
  const packed = await tree();
  expect(await shipTree(packed, host, { home })).toEqual({
    blobs: 3,
    bytes: 6 + (packed.blobs.get(packed.hash) ?? 0),
  });
  expect([...host.blobs.keys()].sort()).toEqual([...packed.blobs.keys()].sort());
  host.calls.length = 0;
  expect(await shipTree(packed, host, { home })).toEqual({ blobs: 0, bytes: 0 });
  expect(host.calls).toEqual(['info', 'missingBlobs 1']);
});

test('after an edit only the new blob and the manifest go, and only they are asked about', async () => {
  put('a.py', 'one');
  put('b.py', 'two');
  const host = new MemoryHost();
  await shipTree(await tree(), host, { home });
  put('a.py', 'three');
  host.calls.length = 0;
  expect((await shipTree(await tree(), host, { home })).blobs).toBe(2);
  expect(host.calls).toEqual(['info', 'missingBlobs 2', 'putBlobs']);
});

test('a name that now leads to another machine is not trusted, and a thorough shipment mends what was pruned', async () => {
  put('a.py', 'one');
  const packed = await tree();
  await shipTree(packed, new MemoryHost('box', 'first'), { home });
  const second = new MemoryHost('box', 'second');
  await shipTree(packed, second, { home });
  expect(second.blobs.size).toBe(2);
  second.blobs.clear();
  await shipTree(packed, second, { home, thorough: true });
  expect(second.blobs.size).toBe(2);
});

test('big files go alone and resume where they stopped; progress ends at the total', async () => {
  const big = randomBytes(LARGE_BLOB + 100_000);
  put('big.bin', big);
  put('a.py', 'one');
  const host = new MemoryHost();
  const packed = await tree();
  const blob = [...packed.blobs].find(([, size]) => size === big.length)?.[0] ?? '';
  host.partial.set(blob, big.subarray(0, 5_000_000));
  const seen: { done: number; total: number }[] = [];
  await shipTree(packed, host, { home, onProgress: ({ done, total }) => seen.push({ done, total }) });
  expect(Buffer.compare(host.blobs.get(blob) ?? Buffer.alloc(0), big)).toBe(0);
  expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
  expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).sort((a, b) => a - b));
});

test('a host that can’t read zstd gets plain bytes', async () => {
  put('a.py', 'one');
  const host = new MemoryHost();
  let refused = 0;
  host.before = (call) => {
    if (call !== 'putBlobs' || refused > 0) return;
    refused += 1;
    throw new UserError({ code: 'no-zstd', message: 'no zstd' });
  };
  await shipTree(await tree(), host, { home });
  expect(host.blobs.size).toBe(2);
});

test('a file that changed since it was packed is named, small or big, and the tree isn’t taken for shipped', async () => {
  for (const size of [10, LARGE_BLOB + 1]) {
    put('a.py', Buffer.alloc(size, 'a'));
    const packed = await tree();
    put('a.py', Buffer.alloc(size, 'b'));
    const host = new MemoryHost(`box${size}`);
    await expect(shipTree(packed, host, { home })).rejects.toThrow(/a\.py changed while it was packed/);
    expect(host.blobs.has(packed.hash)).toBe(false);
  }
});

test('a shipment that was aborted says so', async () => {
  put('a.py', 'one');
  const host = new MemoryHost();
  host.before = (call) => {
    if (call === 'putBlobs') throw AbortSignal.abort().reason;
  };
  await expect(shipTree(await tree(), host, { home, signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
});
