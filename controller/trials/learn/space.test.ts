import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '#protocol';
import { MersenneTwister } from '../random/mersenne-twister.ts';
import { SearchSpace } from './space.ts';

const flags = (map: Record<string, Value>) => new Map(Object.entries(map));
const ALL = {
  lr: 'loguniform[1e-4:1.0]',
  n: '[-3:5]',
  x: '[0.0:2.0]',
  opt: ['sgd', 'adam', 'rms'],
  k: 'kept',
};

test('a point is the flags of a trial and back, wherever it is', () => {
  const space = new SearchSpace(flags(ALL));
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 40n }), (seed) => {
      const random = new MersenneTwister(seed);
      for (const point of [space.random(random), space.beside(space.random(random), 0.2, random)]) {
        const there = space.flagsAt(point);
        const { lr, n, x, opt, k } = Object.fromEntries(there);
        expect(typeof lr === 'number' && lr >= 1e-4 && lr <= 1).toBe(true);
        expect(typeof n === 'bigint' && n >= -3n && n <= 5n).toBe(true);
        expect(typeof x === 'number' && x >= 0 && x <= 2).toBe(true);
        expect(['sgd', 'adam', 'rms']).toContain(opt);
        expect(k).toBe('kept');
        const again = space.pointOf(there) ?? [];
        expect(again).toHaveLength(point.length);
        for (const [i, at] of again.entries()) expect(at).toBeCloseTo(point[i] ?? NaN, 9);
      }
    }),
  );
});

test('each choice is a column, and the columns of one flag share its scale', () => {
  const space = new SearchSpace(flags({ opt: ['a', 'b'], x: '[0.0:4.0]' }));
  expect(space.columns).toEqual([0, 0, 1]);
  const [a, b] = [
    ['a', 1],
    ['b', 1],
  ].map(([opt, x]) => space.rowOf(space.pointOf(flags({ opt, x } as never)) ?? []));
  const apart = (a ?? []).reduce((sum, cell, i) => sum + (cell - (b?.[i] ?? 0)) ** 2, 0);
  // As far as one bound of a number is from the other.
  expect(apart).toBeCloseTo(1, 12);
  expect(a?.[2]).toBe(0.25);
});

test.each<[string, Record<string, Value>]>([
  ['lacks a flag', { n: 1n }],
  ['has a number outside', { n: 1n, x: 3, opt: 'a' }],
  ['has a fraction for a whole number', { n: 1.5, x: 1, opt: 'a' }],
  ['has a choice that is none', { n: 1n, x: 1, opt: 'z' }],
  ['has no number', { n: 1n, x: 'abc', opt: 'a' }],
])('a run that %s is nowhere in the space', (_what, run) => {
  expect(
    new SearchSpace(flags({ n: '[0:9]', x: '[0.0:1.0]', opt: ['a', 1n] })).pointOf(flags(run)),
  ).toBeNull();
});

test('numbers are the same whether a run has them as ints or floats', () => {
  const space = new SearchSpace(flags({ n: '[0:10]', x: '[0.0:1.0]', c: [1n, 2n] }));
  expect(space.pointOf(flags({ n: 5, x: 1n, c: 2 }))).toEqual([1, 0.5, 1]);
});

test('what has one value only is no trouble', () => {
  const space = new SearchSpace(flags({ n: '[4:4]', c: ['only'], x: '[0.0:1.0]' }));
  const random = new MersenneTwister(1n);
  for (let i = 0; i < 20; i++) {
    const { n, c } = Object.fromEntries(space.flagsAt(space.beside(space.random(random), 0.5, random)));
    expect([n, c]).toEqual([4n, 'only']);
  }
});
