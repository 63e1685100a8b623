import { expect, test } from 'vitest';
import { commands } from './commands/index.ts';
import { parseWords } from './parse.ts';

test.each([
  [['train.py', '--lr', '0.1'], 'lr=0.1'],
  [['train.py', '--lr=0.1'], 'lr=0.1'],
  [['train.py', '--lr', '-1'], 'lr=-1'],
  [['train.py', '--fast', '--yes'], 'fast=yes'],
  [['train.py', '--fast'], 'fast=yes'],
])('who types a flag as an option is told how flags are written: %j', (words, flag) => {
  const run = commands.find(({ name }) => name === 'run');
  if (run === undefined) throw new Error('there is no command run');
  expect(() => parseWords(run, 'sortie run', words)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining(`Flags are written NAME=VALUE: ${flag}. `) }),
  );
});
