import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { homeSecret, knownSecret } from './home-secret.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-secret-'));
});
afterEach(() => rmSync(home, { recursive: true }));

test('a home has one secret, which only its owner can read', () => {
  expect(knownSecret(home)).toBeNull();
  const secret = homeSecret(home);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(homeSecret(home)).toBe(secret);
  expect(statSync(join(home, 'secret')).mode & 0o777).toBe(0o600);
});

test('one that a power cut damaged is made anew', () => {
  writeFileSync(join(home, 'secret'), '');
  expect(homeSecret(home)).toBe(knownSecret(home));
});
