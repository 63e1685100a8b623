import { expect, test } from 'vitest';
import { dumpYaml, loadYaml, PyDate, type Value } from './index.ts';

// The right side is what PyYAML 6.0.3's safe_dump wrote for the same values, with Guild's rules for floats, `y` and `n`.
const FILES: readonly (readonly [Value, string])[] = [
  [null, 'null\n'],
  [true, 'true\n'],
  [7n, '7\n'],
  [1e-5, '1.0e-05\n'],
  [1e17, '1.0e+17\n'],
  [1.5e300, '1.5e+300\n'],
  [-0, '-0.0\n'],
  [Infinity, '.inf\n'],
  [-Infinity, '-.inf\n'],
  [NaN, '.nan\n'],
  [new PyDate('2026-01-31'), '2026-01-31\n'],
  ['plain words', 'plain words\n'],
  ['', "''\n"],
  ['y', "'y'\n"],
  ['yes', "'yes'\n"],
  ['1e5', "'1e5'\n"],
  ['0o17', '0o17\n'],
  ['1:30', "'1:30'\n"],
  ['2026-01-31', "'2026-01-31'\n"],
  ['=', "'='\n"],
  ["it's", "it's\n"],
  ["'quoted'", "'''quoted'''\n"],
  ['a: b', "'a: b'\n"],
  ['a:b', 'a:b\n'],
  ['a #b', "'a #b'\n"],
  ['é', '"\\xE9"\n'],
  ['😀', '"\\U0001F600"\n'],
  ['a\tb', '"a\\tb"\n'],
  ['a\nb', "'a\n\n  b'\n"],
  [[], '[]\n'],
  [{}, '{}\n'],
  [[[1n, [2n]], { a: [1n, { b: 2n }] }], '- - 1\n  - - 2\n- a:\n  - 1\n  - b: 2\n'],
  [{ b: 1n, a: { n: 'y', c: [] } }, "a:\n  c: []\n  'n': 'y'\nb: 1\n"],
  [{ '': 1n, 'x\ny': [1n] }, "? ''\n: 1\n? 'x\n\n  y'\n: - 1\n"],
  [{ z: 1n, '\u{1f600}': 2n, '\uffee': 3n }, 'z: 1\n"\\uFFEE": 3\n"\\U0001F600": 2\n'],
  [
    { cmd: ['/usr/bin/python', '-um', 'word '.repeat(20).trim()] },
    'cmd:\n- /usr/bin/python\n- -um\n- word word word word word word word word word word word word word word word word\n  word word word word\n',
  ],
];

test.each(FILES)('%o is written as PyYAML writes it, and read back', (value, text) => {
  expect(dumpYaml(value)).toBe(text);
  expect(loadYaml(text)).toEqual(value);
});

test('a text without spaces is never broken, one of many words breaks after column 80', () => {
  expect(dumpYaml('x'.repeat(200))).toBe(`${'x'.repeat(200)}\n`);
  expect(dumpYaml(`${'x'.repeat(90)} ${'y'.repeat(90)} z`)).toBe(
    `${'x'.repeat(90)}\n  ${'y'.repeat(90)}\n  z\n`,
  );
});

test('keys of a mapping that is said to have values for keys are written as those', () => {
  const value = {
    encoding: { yes: 'on', '1': 'one', "'1'": 'text', '0.5': 'half', null: '', a: 'b' },
    yes: 1n,
  };
  const text = dumpYaml(value, { typedKeysOf: ['encoding'] });
  expect(text).toBe(
    "encoding:\n  '1': text\n  0.5: half\n  1: one\n  a: b\n  null: ''\n  true: 'on'\n'yes': 1\n",
  );
});
