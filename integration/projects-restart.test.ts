/** What a restart takes from the working folder, and what it refuses to be told. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

const ONE = 'x = 1\nprint("one")\n';
const TWO = 'x = 1\nprint("two, changed")\n';

test.each([
  ['here', []],
  ['on a host', ['-r', 'box']],
])('--restart with --force-sourcecode runs the working source, %s', async (_, place) => {
  await using lab = new Lab();
  const box = await lab.host('box');
  lab.put('t.py', ONE);
  const first = await lab.sortie(['run', 't.py', '-y', ...place]);
  expect(first).toMatchObject({ code: 0, stdout: 'one\n' });
  const id = (await lab.sortie(['select'])).stdout.trim();
  lab.put('t.py', TWO);
  expect(await lab.sortie(['run', '--restart', id, '-y'])).toMatchObject({ code: 0, stdout: 'one\n' });
  const again = await lab.sortie(['run', '--restart', id, '--force-sourcecode', '-y']);
  expect(again).toMatchObject({ code: 0, stdout: 'two, changed\n' });
  const home = place.length === 0 ? lab.sortieHome : join(box.home, '.sortie');
  expect(readFileSync(join(home, 'runs', id, 't.py'), 'utf8')).toBe(TWO);
});

test('a batch that is restarted refuses other flags and options, and runs nothing', async () => {
  await using lab = new Lab();
  lab.put('t.py', 'x = 1\nprint("loss: %f" % x)\n');
  expect(await lab.sortie(['run', 't.py', 'x=[1,2]', '-y', '--keep-batch'])).toMatchObject({ code: 0 });
  const batch = (await lab.sortie(['select', '-Fo', 't.py+'])).stdout.trim();
  for (const [words, what] of [
    [['x=[11:20]'], 'flags cannot be changed when a run is restarted'],
    [['-m', '4'], '--max-trials cannot be used with a batch that is restarted'],
    [['--label', 'other'], '--label cannot be used with a batch that is restarted'],
  ] as const) {
    const { code, stdout, stderr } = await lab.sortie(['run', '--restart', batch, ...words, '-y']);
    expect([code, stdout]).toEqual([what.startsWith('flags') ? 1 : 2, '']);
    expect(stderr).toContain(what);
  }
});

test.each([
  ['a pipeline', 'pipe'],
  ['a batch', 't.py x=[1,2]'],
  ['a search', 't.py x=[1:2]'],
])('--stage-dir of %s is refused, and nothing runs', async (_, words) => {
  await using lab = new Lab();
  lab.put('t.py', 'x = 1\nprint("RAN", x)\n');
  lab.put('guild.yml', "prep:\n  exec: sh -c 'echo PREP RAN'\npipe:\n  steps: [prep]\n");
  const { code, stdout, stderr } = await lab.sortie(['run', ...words.split(' '), '--stage-dir', 'out', '-y']);
  expect(stdout).toBe('');
  expect(stderr).toContain('--stage-dir cannot be used with a batch or a pipeline');
  expect(code).toBe(2);
  expect((await lab.sortie(['runs', '--all', '--json'])).stdout.trim()).toBe('[]');
});
