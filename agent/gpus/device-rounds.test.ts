import { expect, test } from 'vitest';
import { DeviceRounds } from './device-rounds.ts';
import { parseDevice } from './nvidia-table.ts';

const device = (index: number, used: number) => {
  const parsed = parseDevice(`${index}, GPU-${index}, NVIDIA A100-SXM4-40GB, 0, ${used}, 40960, 41, 50`);
  if (parsed === null) throw new Error('Expected a device');
  return parsed;
};
const told = (rounds: DeviceRounds, ...lines: readonly (readonly [index: number, used: number])[]) =>
  rounds
    .take(lines.map(([index, used]) => device(index, used)))
    .map(({ index, memoryUsed }) => [index, memoryUsed]);

test('two rounds that come at once are no more devices than one, and the later word on each holds', () => {
  const rounds = new DeviceRounds();
  expect(told(rounds, [0, 1], [1, 1], [0, 2], [1, 2])).toEqual([
    [0, 2],
    [1, 2],
  ]);
});

test('a round that comes in two pieces hides no device in between', () => {
  const rounds = new DeviceRounds();
  told(rounds, [0, 1], [1, 1], [2, 1]);
  expect(told(rounds, [0, 2])).toEqual([
    [0, 2],
    [1, 1],
    [2, 1],
  ]);
  expect(told(rounds, [1, 2], [2, 2])).toEqual([
    [0, 2],
    [1, 2],
    [2, 2],
  ]);
  expect(told(rounds, [0, 3], [1, 3], [2, 3])).toHaveLength(3);
});

test('a device that a whole round did not tell of is gone when the next begins, also the first', () => {
  const rounds = new DeviceRounds();
  told(rounds, [0, 1], [1, 1], [2, 1]);
  told(rounds, [0, 2], [2, 2]);
  expect(told(rounds, [0, 3], [2, 3])).toEqual([
    [0, 3],
    [2, 3],
  ]);
  told(rounds, [2, 4]);
  told(rounds, [2, 5]);
  expect(told(rounds, [2, 6])).toEqual([[2, 6]]);
});
