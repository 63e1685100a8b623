import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findPython } from './find.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sortie-python-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A program that answers as a Python of that version would; null for one that doesn't run. */
function python(path: string, version: string | null): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, version === null ? '#!/bin/sh\nexit 1\n' : `#!/bin/sh\necho "$0"\necho ${version}\n`);
  chmodSync(full, 0o755);
  return full;
}

const on = (...folders: string[]) => ({
  environment: {
    PATH: [...folders.map((folder) => join(root, folder)), '/usr/bin', '/bin']
      .slice(0, folders.length)
      .join(':'),
  },
});

test('python3 comes before python, and the first on PATH before the next', async () => {
  python('one/python', '3.7.0');
  const first = python('two/python3', '3.8.0');
  python('three/python3', '3.9.0');
  expect(await findPython({}, on('one', 'two', 'three'))).toEqual({ executable: first, version: '3.8.0' });
});

test('a range passes over what it excludes and over what does not run', async () => {
  python('one/python3', null);
  python('two/python3', '3.8.0');
  const named = python('three/python3.12', '3.12.1');
  expect(await findPython({ requires: '>=3.10' }, on('one', 'two', 'three'))).toEqual({
    executable: named,
    version: '3.12.1',
  });
});

test("an environment's own Python is the one, and none other stands in for it", async () => {
  python('bin/python3', '3.9.0');
  const own = python('venv/bin/python', '3.11.0');
  expect(await findPython({ venv: join(root, 'venv') }, on('bin'))).toEqual({
    executable: own,
    version: '3.11.0',
  });
  await expect(findPython({ venv: join(root, 'gone') }, on('bin'))).rejects.toMatchObject({
    code: 'no-python',
    message: expect.stringContaining(join(root, 'gone')),
  });
});

test("paths of a configuration begin at the host's home", async () => {
  const own = python('venvs/x/bin/python3', '3.11.0');
  vi.stubEnv('HOME', root);
  try {
    const found = { executable: own, version: '3.11.0' };
    expect(await findPython({ venv: '~/venvs/x' }, on('bin'))).toEqual(found);
    expect(await findPython({ conda: 'venvs/x' }, on('bin'))).toEqual(found);
    expect(await findPython({ executable: '~/venvs/x/bin/python3' }, on('bin'))).toEqual(found);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('an error names where it looked and what it found there', async () => {
  const old = python('bin/python3', '3.6.1');
  await expect(findPython({ requires: '>=3.9' }, on('bin'))).rejects.toMatchObject({
    code: 'no-python',
    message: expect.stringContaining(`${old} (3.6.1)`),
  });
  await expect(findPython({ requires: 'new' }, on('bin'))).rejects.toMatchObject({
    code: 'bad-python-range',
  });
});
