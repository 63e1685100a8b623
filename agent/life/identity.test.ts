import { mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveHome } from './identity.ts';

test('a home is made where it is not, private, and has one name whatever links lead to it', () => {
  const root = mkdtempSync(join(tmpdir(), 'sortie-identity-'));
  try {
    const home = resolveHome(join(root, 'a', 'b'), {});
    expect(statSync(home).mode & 0o777).toBe(0o700);
    symlinkSync(home, join(root, 'link'));
    expect(resolveHome(undefined, { SORTIE_HOME: join(root, 'link') })).toBe(home);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test.runIf(process.platform === 'linux')('a home that cannot be made is an error at once', () => {
  expect(() => resolveHome('/proc/nowhere/home', {})).toThrow(/ENOENT/);
  expect(() => resolveHome('/dev/null/home', {})).toThrow(/ENOTDIR/);
});
