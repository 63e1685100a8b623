import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Revocations } from './revocations.ts';

const DAY_S = 24 * 3600;
let home = '';
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'sortie-revoked-'))));
afterEach(() => rmSync(home, { recursive: true }));

test('the highest lease under which a trial was given back is remembered, by host', async () => {
  const revocations = new Revocations(home, 'box');
  expect(revocations.leaseOf('a')).toBeNull();
  await revocations.record('a', 3);
  await revocations.record('a', 1);
  expect(revocations.leaseOf('a')).toBe(3);
  expect(new Revocations(home, 'other').leaseOf('a')).toBeNull();
});

test('what is older than a month is forgotten, and nothing else; a home without any is left as it is', async () => {
  const revocations = new Revocations(home, 'box');
  revocations.prune();
  expect(readdirSync(home)).toEqual([]);
  await revocations.record('old', 0);
  await revocations.record('young', 0);
  const monthAgo = Date.now() / 1000 - 31 * DAY_S;
  utimesSync(join(home, 'revoked/box/old'), monthAgo, monthAgo);
  revocations.prune();
  expect([revocations.leaseOf('old'), revocations.leaseOf('young')]).toEqual([null, 0]);
});
