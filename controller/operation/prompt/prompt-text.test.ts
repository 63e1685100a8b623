import { expect, test } from 'vitest';
import type { GpuRequest } from '#protocol';
import { gpuWords, planRun, promptText, requestOf, type RunOptions } from '../index.ts';
import { project } from '../testing.ts';

const YML =
  "train:\n  exec: 't ${flag_args}'\n  flags:\n    lr: 0.1\n    name: null\n    mode: {default: null, null-label: automatic}\n";

async function prompt(words: readonly string[], options: RunOptions = {}, remotes: readonly string[] = []) {
  using here = project({ 'guild.yml': YML });
  const plan = await planRun(requestOf(['train', ...words], options), here.world);
  return promptText(plan, { stage: options.stage === true, remotes, trials: null });
}

test('the prompt says what, where and with which flags', async () => {
  expect(await prompt([], {}, ['box'])).toBe(
    'You are about to run train on box\n  lr: 0.1\n  mode: automatic\n  name: default\nContinue?',
  );
  expect(await prompt([], { stage: true })).toMatch(/^You are about to stage train\n/);
});

const all: GpuRequest = { kind: 'all', devices: null };

test.each<[GpuRequest, number | null, string]>([
  [all, 3, 'all 3 GPUs (--gpu-count 1 or --gpus 0 takes fewer)'],
  [all, 1, 'its GPU'],
  [all, 0, ''],
  [all, null, ''],
  [{ kind: 'none' }, 3, ''],
  [{ kind: 'all', devices: ['0', '2'] }, 3, 'GPUs 0, 2'],
  [{ kind: 'count', count: 1, devices: null }, 3, '1 GPU'],
  [{ kind: 'count', count: 2, devices: ['2', '3', '4'] }, null, '2 GPUs of 2, 3, 4'],
])('the devices of %j on a host with %j are named: %j', (request, known, words) => {
  expect(gpuWords(request, known)).toBe(words);
});

test('the prompt names the devices after the host, and alone on this machine', async () => {
  using here = project({ 'guild.yml': YML });
  const plan = await planRun(requestOf(['train'], {}), here.world);
  const first = (remotes: readonly string[]) =>
    promptText(plan, { stage: false, remotes, trials: null, gpus: 'all 3 GPUs' }).split('\n')[0];
  expect(first(['cray'])).toBe('You are about to run train on cray, all 3 GPUs');
  expect(first([])).toBe('You are about to run train on all 3 GPUs');
});

test('the prompt of a batch says how its trials are made', async () => {
  expect(await prompt(['lr=[1,2]'], { maxTrials: 1 })).toMatch(
    /run train as a batch \(1 trial\)\n {2}lr: \[/,
  );
  expect(await prompt(['lr=[0.1:0.2]'])).toContain(
    'run train with random search (20 trials)\n  lr: [0.1:0.2]\n',
  );
  expect(await prompt([], { optimizer: 'gp', maximize: 'acc' })).toContain(
    'with skopt:gp optimizer (20 trials, maximize acc)\n',
  );
  expect(await prompt([], { optimizer: 'gp' })).toContain('Optimizer flags:\n  acq-func: gp_hedge\n');
});
