import { expect, test } from 'vitest';
import { selectPaths } from './select.ts';

const PATHS = ['a/m-1.h5', 'a/m-12.h5', 'a/m-3.h5', 'b.txt', 'v-b', 'v-a'];

test.each([
  [{ select: [] }, PATHS],
  [{ select: ['b\\.txt', 'v-.'] }, ['b.txt', 'v-b', 'v-a']],
  [{ select: ['txt'] }, []],
  [{ select: [], selectMax: ['a/m-([0-9]+)\\.h5'] }, ['a/m-12.h5']],
  [{ select: [], selectMin: ['a/m-([0-9]+)\\.h5', 'v-(.)'] }, ['a/m-1.h5', 'v-a']],
  [{ select: ['b\\.txt'], selectMax: ['v-(.)', 'nothing-(.)'] }, ['b.txt', 'v-b']],
])('of the paths, %j means %j', (select, expected) => {
  expect(selectPaths(PATHS, select)).toEqual(expected);
});
