import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fnmatch } from './fnmatch.ts';

const matches = (name: string, pattern: string) => fnmatch(pattern)(name);

test.each([
  ['train.py', '*.py', true],
  ['a/b/train.py', 'a/*.py', true],
  ['train.pyc', '*.py', false],
  ['a.b', 'a?b', true],
  ['axb', 'a.b', false],
  ['file1', 'file[0-9]', true],
  ['filex', 'file[!0-9]', true],
  ['file]', 'file[]]', true],
  ['file[', 'file[', true],
  ['a^b', 'a[^]b', true],
  ['a\nb', 'a*b', true],
  ['A.py', 'a.py', false],
])('%j against %j is %s', (name, pattern, expected) => {
  expect(matches(name, pattern)).toBe(expected);
});

test('it agrees with Python on any pattern and name', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '-', ']', '*', '?', '[', '!', '^', '\\', '.'),
    maxLength: 7,
  });
  const cases = fc.sample(fc.tuple(text, text), { numRuns: 3000, seed: 7 });
  const script =
    'import sys,json,fnmatch\nprint(json.dumps([fnmatch.fnmatchcase(n,p) for n,p in json.load(sys.stdin)]))';
  const answer = execFileSync('python3', ['-c', script], { input: JSON.stringify(cases), encoding: 'utf8' });
  const theirs = JSON.parse(answer) as boolean[];
  const differing = cases.filter(([name, pattern], i) => matches(name, pattern) !== theirs[i]);
  expect(differing).toEqual([]);
});

test('many stars cost no more than the lengths of name and pattern', () => {
  const isMatch = fnmatch(`${'*a'.repeat(50)}*b`);
  expect(isMatch('a'.repeat(4000))).toBe(false);
  expect(isMatch(`${'a'.repeat(4000)}b`)).toBe(true);
});
