import { expect, test } from 'vitest';
import { selectInTree, selectPaths, selectsRecord } from './select.ts';

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

const TREE = ['models/a/1.pt', 'models/b.pt', 'notes.txt'];

test.each([
  [{ select: ['models'] }, ['models']],
  [{ select: ['models/a'] }, ['models/a']],
  [{ select: ['models', 'models/a'] }, ['models']],
  [{ select: ['models', 'models/b[.]pt'] }, ['models/b.pt']],
  [{ select: ['.*'] }, TREE],
  [{ select: ['model'] }, []],
])('of a tree, %j means %j: a folder is meant whole', (select, expected) => {
  expect(selectInTree(TREE, select)).toEqual(expected);
});

test.each([
  ['.guild/attrs/flags', true],
  ['\\.guild/output', true],
  ['.*', false],
  ['guild.yml', false],
])('the pattern %s asks for a record: %s', (pattern, expected) => {
  expect(selectsRecord({ select: [pattern] })).toBe(expected);
});
