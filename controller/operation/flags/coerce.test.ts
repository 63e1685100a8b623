import { expect, test } from 'vitest';
import { UserError } from '#protocol';
import type { Value } from '../value.ts';
import { coerceFlag } from './coerce.ts';
import { decodeTyped } from './decode-typed.ts';
import { flagDef, type FlagType } from './flag-def.ts';

/** What text typed for a flag of a type comes to; null where it is refused. */
function typed(text: string, type: FlagType): Value {
  const flag = flagDef('n', { type });
  try {
    return coerceFlag(decodeTyped(text, flag), flag, { cwd: '/work', home: '/home/me' });
  } catch (error) {
    if (error instanceof UserError && error.code === 'bad-flag-value') return null;
    throw error;
  }
}

/** Text, then what Python and Guild make of it for an int, a float and a number; null where they refuse it. */
const NUMBERS: readonly (readonly [string, Value, Value, Value])[] = [
  ['1', 1n, 1, 1n],
  [' 1 ', 1n, 1, 1n],
  ['+7', 7n, 7, 7n],
  ['-7', -7n, -7, -7n],
  ['007', 7n, 7, 7n],
  ['1_000', 1000n, 1000, 1000n],
  ['1__0', null, null, null],
  ['0x10', 16n, 16, 16n],
  ["'0x10'", null, null, null],
  ["'12'", 12n, 12, 12n],
  ['1.0', null, 1, 1],
  ['1.', null, 1, 1],
  ['.5', null, 0.5, 0.5],
  ['1e3', null, 1000, 1000],
  ['1_0e1_0', null, 1e11, 1e11],
  ['inf', null, Infinity, Infinity],
  ['-Infinity', null, -Infinity, -Infinity],
  ['nan', null, NaN, NaN],
  ['.inf', null, Infinity, Infinity],
  ['1:30', null, null, null],
  ['yes', 1n, 1, 1n],
  ['one', null, null, null],
  ['', null, null, null],
  ['123456789012345678901', 123456789012345678901n, Number(123456789012345678901n), 123456789012345678901n],
  ['[1, 2.5]', null, [1, 2.5], [1n, 2.5]],
];

test.each(NUMBERS)('%j is an int, a float and a number as Python reads it', (text, int, float, number) => {
  expect([typed(text, 'int'), typed(text, 'float'), typed(text, 'number')]).toEqual([int, float, number]);
});

test.each([
  ['yes', true],
  ['OFF', false],
  ['1', true],
  ['0', false],
  ['maybe', null],
  ['2', null],
  ['', null],
])('%j for a boolean is %s', (text, value) => {
  expect(typed(text, 'boolean')).toBe(value);
});

test.each([
  ['1e3', '1e3'],
  ['1_000', '1_000'],
  ["'1'", '1'],
  ['[a, b]', ['a', 'b']],
])('%j for a string stays text', (text, value) => {
  expect(typed(text, 'string')).toEqual(value);
});

test.each([
  ['a/b', '/work/a/b'],
  ['~/a', '/home/me/a'],
  ['/x/../y', '/y'],
])('%j for a path is %s', (text, value) => {
  expect(typed(text, 'path')).toBe(value);
});
