import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortestFloat32 } from './float32.ts';

test.each([
  [Math.fround(1.6298), 1.6298],
  [Math.fround(1.699126), 1.699126],
  [Math.fround(0.1), 0.1],
  [Math.fround(1e-7), 1e-7],
  [16_777_217, 16_777_216],
  [0, 0],
  [-3, -3],
])('%d is %d', (value, expected) => {
  expect(shortestFloat32(value)).toBe(expected);
});

test('it is the same float32, and what is no number or too large stays', () => {
  fc.assert(
    fc.property(
      fc.float({ noNaN: true }),
      (value) => Math.fround(shortestFloat32(value)) === Math.fround(value),
    ),
  );
  expect([NaN, Infinity, 1e300].map(shortestFloat32)).toEqual([NaN, Infinity, 1e300]);
});
