import { expect, test } from 'vitest';
import { memoryRun } from '../remotes/memory-run.ts';
import { objectiveIn, objectiveName, readObjective } from './objective.ts';
import type { RunView } from './state.ts';

const summary = { first: 0.1, last: 0.5, min: 0.1, max: 0.9, total: 1.5, count: 3, step: 2 };
const run = {
  state: { ...memoryRun('a'.repeat(32)).state, scalars: { acc: summary } },
} as unknown as RunView;

test.each([
  ['acc', 'acc', 'lower', 0.5],
  ['-max acc', 'max acc', 'higher', 0.9],
  ['avg acc', 'avg acc', 'lower', 0.5],
  ['loss', 'loss', 'lower', null],
  ['of, no kind', 'of, no kind', 'lower', null],
])('of %s a view shows what it says', (text, name, better, value) => {
  const objective = readObjective(text);
  expect([objectiveName(objective), objective.better]).toEqual([name, better]);
  expect(objectiveIn(objective, run)).toBe(value);
});
