import { expect, test } from 'vitest';
import { parseVersion, satisfies } from './version-range.ts';

test.each([
  ['3.11.2', '>=3.9', true],
  ['3.8.1', '>=3.9', false],
  ['3.9.0', '>=3.9', true],
  ['3.12.1', '>=3.9,<3.12', false],
  ['3.11.9', '>=3.9,<3.12', true],
  ['3.10.4', '~=3.9', true],
  ['3.10.4', '~=3.9.0', false],
  ['3.10.4', '==3.10.*', true],
  ['3.10.4', '==3.10', false],
  ['3.10.0', '==3.10', true],
  ['3.10.4', '!=3.10.4', false],
  ['3.10.4', '!=3.9.*', true],
  ['3.10.4', '3.10', true],
  ['3.9.4', '3.10', false],
  ['3.10.4', '', true],
  ['2.7.18', '<3', true],
])('%s in %s is %s', (version, range, expected) => {
  expect(satisfies(parseVersion(version), range)).toBe(expected);
});

test('what is no range is told apart from one that is not met', () => {
  expect(satisfies([3, 9], 'new')).toBeNull();
  expect(satisfies([3, 9], '>=3,newer')).toBeNull();
});
