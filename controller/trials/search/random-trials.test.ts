import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '#protocol';
import { dimensionOf, randomTrials, searchFlags, type Flags } from '../index.ts';

const flags = (map: Record<string, Value>): Flags => new Map(Object.entries(map));
const trials = (map: Record<string, Value>, count: number, seed = 1n) =>
  randomTrials({ flags: flags(map), count, seed }).map((trial) => Object.fromEntries(trial));

test('the trials of a seed are these, for ever', () => {
  const space = {
    lr: 'loguniform[1e-4:1e-1]',
    n: '[1:10]',
    drop: 'uniform[0.0:0.5]',
    opt: ['sgd', 'adam'],
    k: 3n,
  };
  expect(trials(space, 2)).toEqual([
    { drop: 0.06718212205620061, k: 3n, lr: 0.03485789928918552, n: 2n, opt: 'adam' },
    { drop: 0.05895935183553053, k: 3n, lr: 0.01918171061585925, n: 8n, opt: 'adam' },
  ]);
});

test('every value is within its space and of its type, whatever the seed', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), (seed) => {
      for (const { n, x, l, c } of trials(
        { n: '[-2:2]', x: '[0:0.5]', l: 'loguniform[1:100]', c: ['a', 1n] },
        5,
        seed,
      )) {
        expect(typeof n === 'bigint' && n >= -2n && n <= 2n).toBe(true);
        expect(typeof x === 'number' && x >= 0 && x <= 0.5).toBe(true);
        expect(typeof l === 'number' && l >= 1 && l <= 100).toBe(true);
        expect(c === 'a' || c === 1n).toBe(true);
      }
    }),
  );
});

test('a longer search begins with the trials of a shorter one, and an initial value moves no draw but its own', () => {
  const space = { a: '[1:1000]', b: 'uniform[0:1]' };
  expect(trials(space, 10).slice(0, 4)).toEqual(trials(space, 4));
  const [first, ...rest] = trials({ ...space, a: '[1:1000:7]' }, 4);
  expect(first).toEqual({ a: 7n, b: trials(space, 1)[0]?.['b'] });
  expect(rest).toEqual(trials(space, 4).slice(1));
});

test('another seed gives other trials, and 0 is a seed', () => {
  const space = { a: '[1:1000000]' };
  expect(trials(space, 3, 0n)).not.toEqual(trials(space, 3, 1n));
  expect(trials(space, 3, 0n)).toEqual(trials(space, 3, 0n));
});

test('without a space to search the error says how to give one', () => {
  expect(() => trials({ x: 1n, y: 'a' }, 1)).toThrow(
    'flags for batch (x=1, y=a) do not contain any search dimensions',
  );
});

test.each<[string, string]>([
  ['normal[0:1]', "unknown function 'normal'"],
  ['uniform[1]', 'expected 2 or 3 arguments'],
  ['[2:1]', 'the lower one first'],
  ['loguniform[0:1]', 'bounds above 0'],
])('%s is refused', (text, why) => {
  expect(() => dimensionOf('x', text)).toThrow(why);
});

test('two texts are two choices', () => {
  expect(dimensionOf('x', '[sgd:adam]')).toEqual({
    kind: 'choice',
    values: ['sgd', 'adam'],
    initial: undefined,
  });
});

test("a search draws from the operation's spaces for flags that the user left alone, and only for those", () => {
  const space = flags({ lr: 'loguniform[0.001:1]', opt: ['sgd', 'adam'] });
  const searched = searchFlags(flags({ lr: 0.1, opt: 'sgd', n: 1n }), space, (name) => name === 'opt');
  expect(Object.fromEntries(searched)).toEqual({ lr: 'loguniform[0.001:1]', opt: 'sgd', n: 1n });
});
