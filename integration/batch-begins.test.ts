import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';
import { listed } from './support/remote-run.ts';

/** Its programs run on a Node that refuses to start, as with an option that an older one doesn't know. */
const PROJECT = `
train:
  main: train
  env: &env
    NODE_OPTIONS: --no-such-option
  flags: {lr: 0.1}
both:
  env: *env
  steps:
    - train
    - train
`;
const LAST_WORDS =
  /\n {2}.*--no-such-option is not allowed in NODE_OPTIONS\nhint: Read its log with 'sortie cat [0-9a-f]{8}'/;

test.each([
  ['left to a host', ['train', 'lr=[1,2]', '-r', 'one', '-n'], 'batch', ' on one'],
  [
    'of an optimizer, left to a host',
    ['train', 'lr=[1:2]', '-o', 'gp', '-r', 'one', '-n'],
    'batch',
    ' on one',
  ],
  ['fed in the background', ['train', 'lr=[1,2]', '-r', 'one', '-b'], 'batch', ''],
  ['watched', ['train', 'lr=[1,2]', '-r', 'one'], 'batch', ''],
  ['of this machine, in the background', ['train', 'lr=[1,2]', '-b'], 'batch', ''],
  ['of steps, in the background', ['both', '-b'], 'pipeline', ''],
  ['of steps on a host, not waited for', ['both', '-r', 'one', '-n'], 'pipeline', ''],
])('what is %s and dies as it starts is an error with the end of its log', async (_, words, what, on) => {
  await using lab = new Lab();
  await lab.host('one');
  lab.put('guild.yml', PROJECT);
  lab.put('train.py', 'lr = 0.1\n');
  const { code, stderr } = await lab.sortie(['run', ...words, '-y']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(LAST_WORDS) as string });
  expect(stderr).toMatch(new RegExp(`sortie: ${what} [0-9a-f]{8} could not begin${on}: exit status 9\n`));
  expect(stderr).not.toContain('is running');
  expect(stderr).not.toContain('started in background');
  expect((await listed(lab)).map(({ status }) => status)).toEqual(['error']);
});
