import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeValue, type Value } from '#protocol';
import { decodeFlag, isFlagFunction, parseFlagFunction } from '../index.ts';

const floats = (...values: readonly number[]): Value => values;

// Items as numpy's arange, linspace, logspace and geomspace give them, rounded as Guild rounds.
const READ: readonly (readonly [string, Value])[] = [
  ['range[5]', [0n, 1n, 2n, 3n, 4n]],
  ['range[1:4]', [1n, 2n, 3n, 4n]],
  ['range[1:10:3]', [1n, 4n, 7n, 10n]],
  ['range[5:1:-2]', [5n, 3n, 1n]],
  ['range[3:1]', []],
  ['range[0:1:0.25]', floats(0, 0.25, 0.5, 0.75, 1)],
  ['range[0:0.3:0.1]', floats(0, 0.1, 0.2, 0.3)],
  ['range[1:2:0.3]', floats(1, 1.3, 1.6, 1.9)],
  ['linspace[0:1]', floats(0, 0.25, 0.5, 0.75, 1)],
  ['linspace[0:1:3]', floats(0, 0.5, 1)],
  ['linspace[2:3:1]', floats(2)],
  ['linspace[0:1:4]', floats(0, 0.33333333, 0.66666667, 1)],
  ['logspace[-3:0:4]', floats(0.001, 0.01, 0.1, 1)],
  ['logspace[0:3:4:2]', floats(1, 2, 4, 8)],
  ['logspace[-10:-8:3]', floats(1e-10, 1e-9, 1e-8)],
  ['geomspace[1:1000:4]', floats(1, 10, 100, 1000)],
  ['geomspace[-1:-100:3]', floats(-1, -10, -100)],
  ['[1]*3', [1n, 1n, 1n]],
  ['[1, a] * 2', [1n, 'a', 1n, 'a']],
  ['range[2]*2', 'range[2]*2'],
  ['[1:2]', '[1:2]'],
  ['[1:30]', '[1:30]'],
  ['[0.1:0.5]', '[0.1:0.5]'],
  ['[1e-4:1e-1:1e-2]', '[1e-4:1e-1:1e-2]'],
  ['[sgd:adam]', '[sgd:adam]'],
  ['uniform[0:1]', 'uniform[0:1]'],
  ['loguniform[1e-4:1e-1]', 'loguniform[1e-4:1e-1]'],
  ['[1, 2]', [1n, 2n]],
  ["['1:2']", ['1:2']],
  ['[http://a/b]', ['http://a/b']],
  ['[{a: 1}]', [{ a: 1n }]],
  ["'range[1:3]'", 'range[1:3]'],
  ['1e-3', 0.001],
  ['1:30', '1:30'],
];

test.each(READ)('%s is read as Guild means it', (text, value) => {
  expect(decodeFlag(text)).toEqual(value);
});

test('a search space is a function by name or by bounds; a list and quoted text are none', () => {
  expect(parseFlagFunction('uniform[0:1:0.5]')).toEqual({ name: 'uniform', args: [0n, 1n, 0.5] });
  expect(parseFlagFunction('[1:2]')).toEqual({ name: null, args: [1n, 2n] });
  expect(['uniform[0:1]', '[1:2]', 'x', 3n, ['a']].map(isFlagFunction)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  ['range[]', 'function requires at least 1 arg(s)'],
  ['range[a:b]', 'invalid arg a: expected a number'],
  ['range[0:1:0]', 'the step is 0'],
  ['range[0:1e12]', 'more than 1000000 items'],
  ['linspace[1]', 'function requires at least 2 arg(s)'],
  ['linspace[0:1:2.5]', 'invalid count 2.5'],
  ['geomspace[0:1]', 'must have the same sign'],
])('%s is refused, saying why', (text, why) => {
  expect(() => decodeFlag(text)).toThrow(why);
});

test('a range never passes its end, and meets it where a step lands on it', () => {
  const place = fc.integer({ min: -1000, max: 1000 });
  fc.assert(
    fc.property(
      place,
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 1, max: 40 }),
      (start, steps, width) => {
        const [step, end] = [width / 8, start + (steps * width) / 8];
        const items = decodeFlag(
          `range[${start}:${encodeValue(end)}:${encodeValue(step)}]`,
        ) as readonly number[];
        expect(items).toHaveLength(steps + 1);
        expect(items.at(-1)).toBe(end);
        expect(items.every((item) => item <= end)).toBe(true);
      },
    ),
  );
});
