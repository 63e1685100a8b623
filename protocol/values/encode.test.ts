import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeValue,
  dumpYaml,
  encodeValue,
  loadYaml,
  PyDate,
  floatRepr,
  sameValue,
  type Value,
} from './index.ts';

describe('encodeValue', () => {
  const SHOWN: readonly (readonly [Value, string])[] = [
    [true, 'yes'],
    [false, 'no'],
    [null, 'null'],
    [3n, '3'],
    [3, '3.0'],
    [0.1, '0.1'],
    [1e-5, '1.0e-05'],
    [Infinity, '.inf'],
    ['hello', 'hello'],
    ['a, b', 'a, b'],
    ['3', "'3'"],
    ['089', "'089'"],
    ['nan', "'nan'"],
    ['yes', "'yes'"],
    ['y', 'y'],
    ['', "''"],
    ['[1:2]', "'[1:2]'"],
    ['uniform[1:2]', 'uniform[1:2]'],
    ['é', '"\\xE9"'],
    [new PyDate('2026-01-31'), '2026-01-31'],
    [[1n, 'x', null, 2.5], '[1, x, null, 2.5]'],
    [['a, b'], "['a, b']"],
    [{ b: 1n, a: [true] }, '{a: [yes], b: 1}'],
  ];
  test.each(SHOWN)('shows %o', (value, text) => {
    expect(encodeValue(value)).toBe(text);
  });

  test('folds long text as YAML does, unless one line is asked for', () => {
    const long = `${'word '.repeat(20)}end`;
    expect(encodeValue(long)).toContain('\n  ');
    expect(encodeValue(long, { oneLine: true })).toBe(long);
    expect(encodeValue('a\nb', { oneLine: true })).toBe('"a\\nb"');
  });
});

const NASTY = Array.from('abyn019:-_.,#[]{}?!&*|>\'"%@`~= \n\t+e\\/é😀\x85\u2028\ufeff\x07');
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom(...NASTY), maxLength: 14 }),
  fc.string({ unit: fc.constantFrom('word', ' ', '\n', "'", 'é'), maxLength: 60 }),
  fc.constantFrom(
    'y',
    'null',
    '1:30',
    '089',
    '0x1F',
    '1e5',
    'inf',
    '1_0',
    '2026-01-02',
    '=',
    '<<',
    '...',
    '--- x',
  ),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { arbitrary: fc.oneof(text, fc.bigInt(), fc.double(), fc.boolean(), fc.constant(null)), weight: 3 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }), weight: 1 },
    { arbitrary: fc.dictionary(text, tie('value'), { maxKeys: 4 }), weight: 1 },
  ),
}));

describe('every value', () => {
  test('is read back from what shows it, folded or on one line', () => {
    fc.assert(
      fc.property(value, fc.boolean(), (given, oneLine) => {
        const shown = encodeValue(given, { oneLine });
        expect(decodeValue(shown)).toSatisfy((read: Value) => sameValue(read, given));
        expect(oneLine && shown.includes('\n')).toBe(false);
      }),
    );
  });

  test("is read back from its attribute's file, which is ASCII", () => {
    fc.assert(
      fc.property(value, (given) => {
        const file = dumpYaml(given);
        expect(loadYaml(file)).toSatisfy((read: Value) => sameValue(read, given));
        expect(file).toMatch(/^[\n\x20-\x7e]*\n$/);
      }),
    );
  });

  test('of type float is read back from its repr', () => {
    fc.assert(
      fc.property(fc.double(), (given) => {
        expect(decodeValue(floatRepr(given))).toBe(given);
      }),
    );
  });
});

test.each([
  [0.1, '0.1'],
  [100, '100.0'],
  [1e-4, '0.0001'],
  [1e-5, '1e-05'],
  [123456789012345680, '1.2345678901234568e+17'],
  [9999999999999998, '9999999999999998.0'],
  [1e16, '1e+16'],
  [5e-324, '5e-324'],
  [-0, '-0.0'],
])('the repr of %d is %s', (number, repr) => {
  expect(floatRepr(number)).toBe(repr);
});
