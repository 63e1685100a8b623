import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';
import { waitFor } from './support/wait.ts';

const PROJECT = [
  'prepare:',
  '  exec: sh -c "echo made > data.txt; echo prepared"',
  'train:',
  '  exec: sh -c "cat data.txt; echo lr=${lr}"',
  '  flags: {lr: 0.1}',
  '  requires:',
  '    - operation: prepare',
  'fails:',
  '  exec: sh -c "echo failing; exit 7"',
  'pipe:',
  '  flags: {rate: 0.5}',
  '  steps:',
  '    - prepare',
  '    - run: train lr=${rate}',
  '      expect: {output: lr=0.}',
  '    - train lr=0.9',
  'broken:',
  '  steps: [prepare, fails, train]',
  'wrong:',
  '  steps:',
  '    - run: prepare',
  '      expect: {file: other.txt}',
  'checked:',
  '  steps:',
  '    - run: prepare',
  '      expect: {file: data.txt, contains: made}',
  'slow:',
  '  exec: sh -c "echo waiting; sleep 300"',
  'long:',
  '  steps: [slow, prepare]',
  '',
].join('\n');

/** The run directory of the newest pipeline, and those that its steps' links lead to. */
function pipeline(home: string): { dir: string; steps: Record<string, string> } {
  const runs = join(home, 'runs');
  const dir = readdirSync(runs)
    .map((id) => join(runs, id))
    .find((each) => existsSync(join(each, '.guild/pipeline')));
  if (dir === undefined) throw new Error('Expected the run of a pipeline');
  const links = readdirSync(dir).filter((name) => lstatSync(join(dir, name)).isSymbolicLink());
  return {
    dir,
    steps: Object.fromEntries(links.map((name) => [name, basename(readlinkSync(join(dir, name)))])),
  };
}

/** The lines of the steps themselves. */
function said(output: string): string[] {
  return output.split('\n').filter((line) => line !== '' && !line.startsWith('INFO: [sortie]'));
}

function attribute(home: string, id: string, name: string): string {
  return readFileSync(join(home, 'runs', id, '.guild/attrs', name), 'utf8').trim();
}

test("a pipeline's steps run in order, see each other's runs, and are linked by name", async () => {
  await using lab = new Lab();
  lab.put('guild.yml', PROJECT);
  const result = await lab.sortie(['run', 'pipe', '-y']);
  expect(result.code).toBe(0);
  expect(said(result.stdout)).toEqual(['prepared', 'made', 'lr=0.5', 'made', 'lr=0.9']);
  const { dir, steps } = pipeline(lab.sortieHome);
  expect(Object.keys(steps).sort()).toEqual(['prepare', 'train', 'train_2']);
  expect(attribute(lab.sortieHome, steps['train_2'] ?? '', 'flags')).toContain('lr: 0.9');
  expect(readFileSync(join(dir, '.guild/output'), 'utf8')).toContain('prepared\n');

  const again = await lab.sortie(['run', '--restart', basename(dir), '-y']);
  expect(again.code).toBe(0);
  expect(pipeline(lab.sortieHome).steps).toEqual(steps);
  expect(readdirSync(join(lab.sortieHome, 'runs'))).toHaveLength(4);
  const needed = await lab.sortie(['run', '--restart', basename(dir), '-y', '--needed']);
  expect(needed.code).toBe(0);
  expect(needed.stderr.split('flags have not changed')).toHaveLength(4);
});

test('the first step that fails ends the pipeline with its status; an unmet expectation is status 3', async () => {
  await using lab = new Lab();
  lab.put('guild.yml', PROJECT);
  const failed = await lab.sortie(['run', 'broken', '-y']);
  expect(failed.code).toBe(7);
  expect(said(failed.stdout)).toEqual(['prepared', 'failing']);
  expect(Object.keys(pipeline(lab.sortieHome).steps).sort()).toEqual(['fails', 'prepare']);
  const wrong = await lab.sortie(['run', 'wrong', '-y']);
  expect(wrong.code).toBe(3);
  expect(wrong.stderr).toContain("expected file 'other.txt'");
});

test('with --remote each step runs on the host, and the pipeline here', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put('guild.yml', PROJECT);
  const result = await lab.sortie(['run', 'pipe', '-y', '--remote', 'gpu-box']);
  expect(result.code).toBe(0);
  expect(said(result.stdout)).toEqual(['prepared', 'made', 'lr=0.5', 'made', 'lr=0.9']);
  const { steps } = pipeline(lab.sortieHome);
  expect(readdirSync(join(host.home, '.sortie/runs')).sort()).toEqual(Object.values(steps).sort());
  expect(await lab.sortie(['run', 'checked', '-y', '--remote', 'gpu-box'])).toMatchObject({ code: 0 });
});

test('a pipeline that is stopped stops the step that runs, and starts no other', async () => {
  await using lab = new Lab();
  lab.put('guild.yml', PROJECT);
  const running = lab.spawn(['run', 'long', '-y']);
  const ended = new Promise((resolve) => running.once('close', resolve));
  await waitFor('the step to run', () => {
    try {
      const { steps } = pipeline(lab.sortieHome);
      const output = join(lab.sortieHome, 'runs', steps['slow'] ?? '', '.guild/output');
      return readFileSync(output, 'utf8').includes('waiting');
    } catch {
      return false;
    }
  });
  const { dir, steps } = pipeline(lab.sortieHome);
  expect(await lab.sortie(['stop', basename(dir), '--yes'])).toMatchObject({ code: 0 });
  await ended;
  expect(attribute(lab.sortieHome, steps['slow'] ?? '', 'exit_status')).toBe('-15');
  expect(Object.keys(pipeline(lab.sortieHome).steps)).toEqual(['slow']);
});
