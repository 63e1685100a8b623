import { describe, expect, test } from 'vitest';
import { decodeValue, loadYaml, PyDate, type Value } from './index.ts';

describe('decodeValue', () => {
  const READ: readonly (readonly [string, Value])[] = [
    ['', ''],
    ['1', 1n],
    ['+7', 7n],
    ['007', 7n],
    [' 12 ', 12n],
    ['-3', -3n],
    ['123456789012345678901234567890', 123456789012345678901234567890n],
    ['1.0', 1],
    ['.5', 0.5],
    ['1.', 1],
    ['1e3', 1000],
    ['1e-3', 0.001],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['nan', NaN],
    ['.inf', Infinity],
    ['1_000', '1_000'],
    ['1_0.5', '1_0.5'],
    ['1:30', '1:30'],
    ['12:30:45', '12:30:45'],
    ['!!int 1:30', 90n],
    ['yes', true],
    ['OFF', false],
    ['True', true],
    ['y', 'y'],
    ['n', 'n'],
    ['null', null],
    ['~', null],
    ['None', 'None'],
    ['0x1F', 31n],
    ['0b11', 3n],
    ['0o17', '0o17'],
    ['2026-01-31', new PyDate('2026-01-31')],
    ['2026-13-01', '2026-13-01'],
    ["'1'", '1'],
    ['"a\\nb"', 'a\nb'],
    ['a #b', 'a'],
    ['#b', null],
    ['[1, 2.5, yes, x]', [1n, 2.5, true, 'x']],
    ['[1_000]', [1000n]],
    ['{a: 1, b: [x]}', { a: 1n, b: ['x'] }],
    ['a: b: c', 'a: b: c'],
    ['[1,', '[1,'],
    ['*x', '*x'],
    ['@x', '@x'],
    ['!x y', '!x y'],
    ['-', [null]],
    ['...', '...'],
    [':', ':'],
    ['\x07', '\x07'],
  ];
  test.each(READ)('reads %j as Guild does', (text, value) => {
    expect(decodeValue(text)).toEqual(value);
  });
});

describe('loadYaml', () => {
  const READ: readonly (readonly [string, Value])[] = [
    ['', null],
    ['# nothing', null],
    ['0777', 511n],
    ['08', '08'],
    ['-1:30', -90n],
    ['1:30.5', 90.5],
    ['2026-01-31 12:30:45', new PyDate('2026-01-31 12:30:45')],
    ['2026-01-31T1:02:03.5+2', new PyDate('2026-01-31 01:02:03.500000+02:00')],
    ['2026-01-31 01:02:03Z', new PyDate('2026-01-31 01:02:03+00:00')],
    ['a: &x [1]\nb: *x', { a: [1n], b: [1n] }],
    ['a: &m {x: 1, y: 1}\nb:\n  y: 2\n  <<: *m', { a: { x: 1n, y: 1n }, b: { x: 1n, y: 2n } }],
    ['{1: a, yes: b}', { '1': 'a', yes: 'b' }],
    ['a: 1\na: 2', { a: 2n }],
    ['!!str 1', '1'],
  ];
  test.each(READ)('reads %j as PyYAML does', (text, value) => {
    expect(loadYaml(text)).toEqual(value);
  });

  test('says where a document is broken', () => {
    expect(() => loadYaml('a: 1\nb: [1')).toThrow(/line 2, column/);
  });

  test('refuses anchors that stand for more than memory holds, and anchors in themselves', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++)
      bomb.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    expect(() => loadYaml(bomb.join('\n'))).toThrow(/more than 1000000/);
    expect(() => loadYaml('&a [*a]')).toThrow(/contains itself/);
  });

  test('keeps a key named __proto__ a key', () => {
    const value = loadYaml('{__proto__: 1}');
    expect(Object.entries(value as object)).toEqual([['__proto__', 1n]]);
  });
});
