import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '#protocol';
import { gridOf, joinGrids, type Flags, type Grid } from './index.ts';

const all = ({ size, at }: Grid) => Array.from({ length: size }, (_, index) => Object.fromEntries(at(index)));
const flags = (map: Record<string, Value>): Flags => new Map(Object.entries(map));

test('the last flag by name varies fastest, whatever order they were typed in', () => {
  expect(all(gridOf(flags({ b: [1n, 2n], a: ['x', 'y'], c: 0n })))).toEqual([
    { a: 'x', b: 1n, c: 0n },
    { a: 'x', b: 2n, c: 0n },
    { a: 'y', b: 1n, c: 0n },
    { a: 'y', b: 2n, c: 0n },
  ]);
});

test('a list of one makes one trial, an empty one none, and doubles stay', () => {
  expect(all(gridOf(flags({ a: [1n] })))).toEqual([{ a: 1n }]);
  expect(all(gridOf(flags({ a: [], b: [1n, 2n] })))).toEqual([]);
  expect(all(gridOf(flags({ a: [1n, 1n] })))).toEqual([{ a: 1n }, { a: 1n }]);
  expect(all(gridOf(flags({})))).toEqual([{}]);
});

test('grids in a row are the trials of each in turn, empty ones among them', () => {
  const joined = joinGrids(
    [{ a: [] }, { a: [1n, 2n] }, { a: [] }, { a: 3n }].map((map) => gridOf(flags(map))),
  );
  expect(all(joined)).toEqual([{ a: 1n }, { a: 2n }, { a: 3n }]);
});

test('as many trials as the product of the lists, all different, in rising order', () => {
  const axis = fc
    .uniqueArray(fc.nat({ max: 50 }), { maxLength: 5 })
    .map((items) => items.sort((a, b) => a - b));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), axis), (lists) => {
      const grid = gridOf(flags(lists));
      const names = Object.keys(lists).sort();
      expect(grid.size).toBe(names.reduce((product, name) => product * (lists[name]?.length ?? 0), 1));
      const keys = all(grid).map((trial) =>
        names.map((name) => String(trial[name] as number).padStart(2, '0')).join(),
      );
      expect(keys).toEqual([...new Set(keys)].sort());
    }),
  );
});

test('a trial of a huge grid costs no more than one of a small one; a grid past all counting is refused', () => {
  const items = Array.from({ length: 1000 }, (_, index) => BigInt(index));
  const grid = gridOf(flags({ a: items, b: items, c: items, d: items }));
  expect(grid.size).toBe(1e12);
  expect(Object.fromEntries(grid.at(1e12 - 1))).toEqual({ a: 999n, b: 999n, c: 999n, d: 999n });
  expect(() => gridOf(flags({ a: items, b: items, c: items, d: items, e: items, f: items }))).toThrow(
    /make 1.0e\+18 trials/,
  );
});
