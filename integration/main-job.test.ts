import { cpSync, readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

const example = join(import.meta.dirname, '../examples/train');
const quick = ['seconds=0', 'epochs=3'];

/** The one run directory of a home. */
function onlyRun(home: string): string {
  const [id, ...others] = readdirSync(join(home, 'runs'));
  expect(others).toEqual([]);
  return join(home, 'runs', id as string);
}

/** The text of each attribute, by name, but for the list of packages, which may be made when a short run is long over. */
function attributes(run: string): Record<string, string> {
  const dir = join(run, '.guild/attrs');
  const names = readdirSync(dir).filter((name) => name !== 'pip_freeze');
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

test('a script runs here and on a host by the same words, with the same output, status and directory', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  const project = join(lab.laptop, 'project');
  cpSync(example, project, { recursive: true });
  const there = await lab.sortie(['run', 'train.py', 'lr=0.1', ...quick, '--remote', 'gpu-box', '-y'], {
    cwd: project,
  });
  expect(there).toMatchObject({ code: 0, stderr: '' });
  expect(there.stdout).toContain('loss: ');
  const run = onlyRun(join(host.home, '.sortie'));
  expect(readFileSync(join(run, '.guild/output'), 'utf8')).toBe(there.stdout);
  expect(readFileSync(join(run, '.guild/attrs/exit_status'), 'utf8')).toBe('0\n');
  expect(readFileSync(join(run, 'train.py'))).toEqual(readFileSync(join(project, 'train.py')));

  const mirror = onlyRun(lab.sortieHome);
  expect(readFileSync(join(mirror, '.guild/output'), 'utf8')).toBe(there.stdout);
  expect(attributes(mirror)).toEqual(attributes(run));
  expect(readFileSync(join(mirror, '.guild/output.index'))).toEqual(
    readFileSync(join(run, '.guild/output.index')),
  );
  expect(existsSync(join(mirror, '.guild/LOCK.remote'))).toBe(false);

  const here = await lab.sortie(['run', 'train.py', 'lr=0.1', ...quick, '-y'], { cwd: project });
  expect(here).toEqual(there);
});

test.each(['local', 'gpu-box'])('a failing script passes its exit status through from %s', async (name) => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('fail.py', 'import sys\nprint("before")\nsys.exit(3)\n');
  const result = await lab.sortie(['run', 'fail.py', '-y', '--remote', name]);
  expect(result).toMatchObject({ code: 3, stdout: 'before\n' });
});

test('a script killed by a signal exits with 256 less its number, as with Guild', async () => {
  await using lab = new Lab();
  lab.put('killed.py', 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n');
  expect(await lab.sortie(['run', 'killed.py', '-y'])).toMatchObject({ code: 247 });
});

test('a declined prompt runs nothing and exits 0; an end of input exits 1', async () => {
  await using lab = new Lab();
  lab.put('a.py', 'print(1)\n');
  const declined = await lab.sortie(['run', 'a.py'], { input: 'n\n' });
  expect(declined).toMatchObject({ code: 0, stdout: '' });
  expect(declined.stderr).toBe('You are about to run a.py\nContinue? (Y/n) ');
  expect(await lab.sortie(['run', 'a.py'], { input: '' })).toMatchObject({ code: 1 });
  expect(existsSync(join(lab.sortieHome, 'runs'))).toBe(false);
});
