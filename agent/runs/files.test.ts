import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listFiles, openFile } from './files.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sortie-files-'));
});
afterEach(() => {
  execFileSync('rm', ['-rf', dir]);
});

const listed = () => listFiles(dir, '').map(({ path, kind, problem }) => problem ?? `${kind} ${path}`);

test('a listing names what it cannot read, and goes on', () => {
  mkdirSync(join(dir, 'a'));
  writeFileSync(join(dir, 'a/fine'), '1');
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/bad`), Buffer.from([0xe9])]), '2');
  writeFileSync(join(dir, 'back\\slash'), '3');
  expect(listed()).toEqual(['its name is not UTF-8', 'directory a', 'file a/fine', 'file back\\slash']);
  expect(listFiles(dir, '')[0]).toMatchObject({ path: 'bad\ufffd', kind: 'file' });
});

test('folders nested deeper than the system takes a path for are named, and the rest is listed', () => {
  const name = 'd'.repeat(250);
  const nest = `for (let i = 0; i < 20; i++) { fs.mkdirSync('${name}'); process.chdir('${name}'); }`;
  execFileSync(process.execPath, ['-e', nest], { cwd: dir });
  writeFileSync(join(dir, 'z'), '');
  const all = listed();
  expect(all).toContain('its path is too long');
  expect(all.at(-1)).toBe('file z');
});

test.skipIf(process.getuid?.() === 0)(
  'a folder and a file that may not be read are each told of in words',
  () => {
    mkdirSync(join(dir, 'locked'));
    chmodSync(join(dir, 'locked'), 0);
    writeFileSync(join(dir, 'secret'), 'x', { mode: 0 });
    expect(listed()).toEqual(['directory locked', 'permission denied', 'file secret']);
    expect(() => openFile(dir, 'secret', 0)).toThrow("cannot read 'secret': permission denied");
    chmodSync(join(dir, 'locked'), 0o700);
  },
);
