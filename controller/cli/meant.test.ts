import { expect, test } from 'vitest';
import { commands } from './commands/index.ts';
import { meantBy } from './meant.ts';

test.each([
  ['status', 'sortie runs info RUN'],
  ['ssh', 'ssh HOST'],
  ['squeue', 'sortie ps'],
  ['train.py', 'sortie run train.py'],
])('%s points to %s', (word, expected) => {
  expect(meantBy(word, (path) => path === 'train.py')).toContain(expected);
});

test.each([
  ['ps', 'ps'],
  ['list', 'runs'],
  ['logs', 'cat'],
  ['kill', 'stop'],
  ['attach', 'watch'],
  ['rm', 'delete'],
])('%s is a name of %s', (word, name) => {
  expect(commands.find((each) => each.name === word || each.aliases?.includes(word))?.name).toBe(name);
});
