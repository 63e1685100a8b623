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
  expect(there.code).toBe(0);
  expect(there.stderr).toMatch(/^[0-9a-f]{8} completed in \d+:\d\d \(gpu-box\)\n$/);
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
  expect(here).toEqual({
    ...there,
    stderr: expect.stringMatching(/^[0-9a-f]{8} completed in \S+ \(local\)\n$/) as string,
  });
});

test.each(['local', 'gpu-box'])('a failing script passes its exit status through from %s', async (name) => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('fail.py', 'import sys\nprint("before")\nsys.exit(3)\n');
  const result = await lab.sortie(['run', 'fail.py', '-y', '--remote', name]);
  expect(result).toMatchObject({ code: 3, stdout: 'before\n' });
  expect(result.stderr).toMatch(new RegExp(`^[0-9a-f]{8} error after \\S+ \\(${name}\\): exit status 3\n$`));
});

test.each([
  ['SIGKILL', 137, 'killed by SIGKILL', '-9'],
  ['SIGSEGV', 139, 'crashed: SIGSEGV', '-11'],
])(
  'a script ended by %s is an error by that name, with exit status %i as in a shell',
  async (signal, code, why, attr) => {
    await using lab = new Lab();
    lab.put('killed.py', `import os, signal\nos.kill(os.getpid(), signal.${signal})\n`);
    const result = await lab.sortie(['run', 'killed.py', '-y']);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(new RegExp(`^[0-9a-f]{8} error after \\S+ \\(local\\): ${why}\n$`));
    // The attribute is Guild's.
    expect(attributes(onlyRun(lab.sortieHome))['exit_status']).toBe(`${attr}\n`);
    const [listed] = JSON.parse((await lab.sortie(['runs', '--json'])).stdout) as unknown[];
    expect(listed).toMatchObject({ status: 'error' });
  },
);

test('a declined prompt runs nothing and exits 0; an end of input exits 1', async () => {
  await using lab = new Lab();
  lab.put('a.py', 'print(1)\n');
  const declined = await lab.sortie(['run', 'a.py'], { input: 'n\n' });
  expect(declined).toMatchObject({ code: 0, stdout: '' });
  expect(declined.stderr).toBe('You are about to run a.py\nContinue? [Y/n] ');
  expect(await lab.sortie(['run', 'a.py'], { input: '' })).toMatchObject({ code: 1 });
  expect(existsSync(join(lab.sortieHome, 'runs'))).toBe(false);
});
