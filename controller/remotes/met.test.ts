import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, expect, test } from 'vitest';
import { metHosts, rememberHost } from './met.ts';

const DAY = 86_400_000;

test('hosts are known by the names that they were reached by, until nobody reached them for a month', () => {
  const home = mkdtempSync(join(tmpdir(), 'sortie-met-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  expect(metHosts(home)).toEqual([]);
  for (const name of ['gpu-box', 'root@10.0.0.7:2222', 'gpu-box']) rememberHost(home, name);
  expect([...metHosts(home)].sort()).toEqual(['gpu-box', 'root@10.0.0.7:2222']);
  expect(metHosts(home, Date.now() + 29 * DAY)).toHaveLength(2);
  expect(metHosts(home, Date.now() + 31 * DAY)).toEqual([]);
  expect(metHosts(home)).toEqual([]);
});
