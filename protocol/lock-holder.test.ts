import { expect, test } from 'vitest';
import { mayHoldLock } from './lock-holder.ts';

const machine = 'cpu 1 2 3\nbtime 1700000000\nprocesses 9\n';
/** Begun so many seconds after the machine. */
const stat = (seconds: number) => `12 (a b) c) S 1 ${'0 '.repeat(17)}${seconds * 100} 0\n`;
const at = (seconds: number) => (1_700_000_000 + seconds) * 1000;

test.each([
  ['begun before the lock was written', stat(10), at(11), true],
  ['begun long before', stat(10), at(9000), true],
  ['begun a moment after, as clocks have it', stat(20), at(15), true],
  ['begun long after', stat(900), at(15), false],
  ['begun since the machine was started anew', stat(1), at(-5000), false],
])('a process %s is believed to hold it: %s', (_what, text, lock, expected) => {
  expect(mayHoldLock({ stat: text, machine }, lock)).toBe(expected);
});

test('where nothing tells when processes began, the number is believed', () => {
  expect(mayHoldLock({ stat: null, machine: null }, 0)).toBe(true);
  expect(mayHoldLock({ stat: stat(1), machine: '' }, 0)).toBe(true);
});
