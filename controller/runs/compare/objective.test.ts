import { expect, test } from 'vitest';
import { objectiveValue, parseObjective } from './objective.ts';

const scalars = {
  loss: { first: 3, last: 1, min: 0.5, max: 3, total: 8, count: 4, step: 4 },
  'train#acc': { first: 0.1, last: 0.7, min: 0.1, max: 0.9, total: 2, count: 4, step: 4 },
};

test.each([
  ['loss', 1],
  ['min loss', 0.5],
  ['avg loss', 2],
  ['count loss', 4],
  ['-train#acc', -0.7],
  ['-max train#acc', -0.9],
  ['accuracy', null],
])('the objective %s is %d', (text, value) => {
  expect(objectiveValue(parseObjective(text), scalars)).toBe(value);
});

test.each(['=lr', '.label', 'loss, acc', ''])('%j is no objective', (text) => {
  expect(() => parseObjective(text)).toThrow('invalid objective');
});
