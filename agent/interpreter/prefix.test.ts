import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { condaPrefix, hostPath } from './prefix.ts';

test.each([
  ['~', '/home/me'],
  ['~/venvs/x', '/home/me/venvs/x'],
  ['venvs/x', '/home/me/venvs/x'],
  ['/opt/x', '/opt/x'],
])('%s of a configuration is %s on the host', (path, expected) => {
  expect(hostPath(path, '/home/me')).toBe(expected);
});

test('a conda environment is found by its name, in its list and where it is usually put', () => {
  const home = mkdtempSync(join(tmpdir(), 'conda-'));
  try {
    const make = (path: string) => mkdirSync(join(home, path, 'conda-meta'), { recursive: true });
    make('miniforge3/envs/torch');
    make('miniforge3');
    make('elsewhere/jax');
    make('.conda');
    writeFileSync(join(home, '.conda/environments.txt'), `/gone/torch\n${join(home, 'elsewhere/jax')}\n`);
    expect(condaPrefix('torch', home)).toBe(join(home, 'miniforge3/envs/torch'));
    expect(condaPrefix('jax', home)).toBe(join(home, 'elsewhere/jax'));
    expect(condaPrefix('base', home)).toBe(join(home, 'miniforge3'));
    expect(condaPrefix('none', home)).toBe('none');
    expect(condaPrefix('~/miniforge3/envs/torch', home)).toBe(join(home, 'miniforge3/envs/torch'));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
