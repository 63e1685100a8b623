import { expect, test } from 'vitest';
import { planRun, promptText, requestOf, type RunOptions } from '../index.ts';
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
