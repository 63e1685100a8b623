import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

const PROJECT = [
  'train:',
  '  exec: sh -c "echo lr=${lr} name=${name}; test ${lr} != 0.2"',
  '  flags: {lr: 0.1, name: x}',
  'pipe:',
  '  flags: {rate: 0.5, name: a}',
  '  steps:',
  '    - train lr=${rate} name=${name}',
  '    - train lr=9',
  '',
].join('\n');

/** Runs of the home by operation, and the batch's own directory where it is kept. */
function runs(home: string) {
  const dir = join(home, 'runs');
  const read = (id: string, path: string) => {
    const file = join(dir, id, '.guild', path);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  };
  const ids = readdirSync(dir);
  const of = (name: string) => ids.filter((id) => read(id, 'opref').endsWith(` ${name}`));
  return { dir, read, pipes: of('pipe'), steps: of('train'), batches: of('+') };
}

test('a list for a flag of a pipeline runs the pipeline for each of its values', async () => {
  await using lab = new Lab();
  lab.put('guild.yml', PROJECT);
  const shown = await lab.sortie(['run', 'pipe', 'rate=[0.2,0.3]', "name='1'", '--print-trials']);
  expect(shown.stdout).toBe("#  name  rate\n1  '1'   0.2\n2  '1'   0.3\n");
  const words = ['run', 'pipe', 'rate=[0.2,0.3]', "name='1'", '-y', '-t', 'mine', '-bl', 'all of them'];
  const result = await lab.sortie([...words, '--keep-batch']);
  // As with any batch, a trial that fails is told and fails no other, but the batch.
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/ERROR: \[sortie\] Trial [0-9a-f]{8} exited with an error \(1\)/);
  const { dir, read, pipes, steps, batches } = runs(lab.sortieHome);
  expect([pipes.length, steps.length, batches.length]).toEqual([2, 3, 1]);
  expect(pipes.map((id) => read(id, 'attrs/flags')).sort()).toEqual([
    "name: '1'\nrate: 0.2",
    "name: '1'\nrate: 0.3",
  ]);
  expect(pipes.map((id) => read(id, 'attrs/exit_status')).sort()).toEqual(['0', '1']);
  expect(pipes.map((id) => read(id, 'attrs/tags'))).toEqual(['- mine', '- mine']);
  const [batch = ''] = batches;
  expect(read(batch, 'attrs/label')).toBe('all of them');
  expect(read(batch, 'proto/.guild/opref')).toMatch(/ pipe$/);
  const links = readdirSync(join(dir, batch)).filter((name) =>
    lstatSync(join(dir, batch, name)).isSymbolicLink(),
  );
  expect(links.sort()).toEqual(pipes.sort());
  expect((await lab.sortie(['runs'])).stdout).toContain(' pipe+ ');

  // What came through isn't run again.
  const started = (id: string) => read(id, 'attrs/started');
  const [good = '', bad = ''] = pipes.sort((id) => (read(id, 'attrs/exit_status') === '0' ? -1 : 1));
  const before = [started(good), started(bad)];
  expect(await lab.sortie(['run', '--restart', batch, '-y', '--keep-batch'])).toMatchObject({ code: 1 });
  expect(runs(lab.sortieHome).pipes).toHaveLength(2);
  expect([started(good) === before[0], started(bad) === before[1]]).toEqual([true, false]);
});

test('with --fail-on-trial-error the first pipeline that fails ends the batch with its status', async () => {
  await using lab = new Lab();
  lab.put('guild.yml', PROJECT);
  const result = await lab.sortie(['run', 'pipe', 'rate=[0.2,0.3]', '-y', '--fail-on-trial-error']);
  expect(result.code).toBe(1);
  expect(runs(lab.sortieHome).pipes).toHaveLength(1);
});

test('a batch of pipelines stays with its trials; staged ones wait', async () => {
  await using lab = new Lab();
  lab.put('guild.yml', PROJECT);
  lab.put('rates.csv', 'rate\n0.4\n0.6\n');
  expect(await lab.sortie(['run', 'pipe', '@rates.csv', '-y'])).toMatchObject({ code: 0 });
  const { pipes, batches, steps } = runs(lab.sortieHome);
  expect([pipes.length, steps.length, batches.length]).toEqual([2, 4, 1]);
  expect(await lab.sortie(['run', 'pipe', '@rates.csv', '-y', '--stage-trials'])).toMatchObject({ code: 0 });
  const listed = await lab.sortie(['runs', '--status', 'staged', '--json']);
  expect(JSON.parse(listed.stdout)).toHaveLength(2);
});
