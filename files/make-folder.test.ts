import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'make-folder-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a folder is made with those above it, as private as was asked, and once', () => {
  makeFolder(join(dir, 'a/b/c'), 0o700);
  makeFolder(join(dir, 'a/b/c'), 0o755);
  for (const path of ['a', 'a/b', 'a/b/c']) expect(statSync(join(dir, path)).mode & 0o777).toBe(0o700);
});

test('a file in the way is an error', () => {
  writeFileSync(join(dir, 'file'), '');
  expect(() => makeFolder(join(dir, 'file'))).toThrow('EEXIST');
  expect(() => makeFolder(join(dir, 'file/below'))).toThrow('ENOTDIR');
});

test.runIf(existsSync('/proc/self'))(
  'a file system that answers ENOENT below a folder that is there ends it with an error',
  () => {
    expect(() => makeFolder('/proc/nowhere')).toThrow('ENOENT');
    expect(() => makeFolder('/proc/nowhere/below')).toThrow('ENOENT');
  },
);
