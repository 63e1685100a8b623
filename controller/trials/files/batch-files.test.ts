import { expect, test } from 'vitest';
import { PyDate, UserError } from '#protocol';
import { parseJson } from './json-value.ts';
import { batchRows } from '../index.ts';

const rows = (path: string, text: string) =>
  batchRows([{ path, text }]).map((row) => Object.fromEntries(row));

test('cells of a CSV file are read as flag values, empty ones as empty text', () => {
  expect(
    rows('t.csv', '\ufefflr, name,on,d\n0.1,adam,yes,\n007,"a, b",no,2026-01-31\n\n1e-3,\'1\',~,"[1,2]"\n'),
  ).toEqual([
    { lr: 0.1, name: 'adam', on: true, d: '' },
    { lr: 7n, name: 'a, b', on: false, d: new PyDate('2026-01-31') },
    { lr: 0.001, name: '1', on: null, d: [1n, 2n] },
  ]);
});

test('a file without an extension is CSV', () => {
  expect(rows('trials', 'a\r\n1\r\n2\r\n')).toEqual([{ a: 1n }, { a: 2n }]);
});

test('JSON tells 1 from 1.0 and keeps long ints; one map is one trial', () => {
  expect(rows('t.json', '[{"a": 1, "b": 1.0}, {"a": 123456789012345678901, "b": [1e2, "x"]}]')).toEqual([
    { a: 1n, b: 1 },
    { a: 123456789012345678901n, b: [100, 'x'] },
  ]);
  expect(rows('t.json', '{"a": null}')).toEqual([{ a: null }]);
});

test('YAML is read as Guild reads it', () => {
  expect(rows('t.yml', '- {a: 1e-3, b: yes}\n- a: 1:30\n')).toEqual([{ a: 0.001, b: true }, { a: 90n }]);
  expect(rows('t.yaml', 'a: 1\n')).toEqual([{ a: 1n }]);
});

test('several files are one after the other', () => {
  const files = [
    { path: 'a.csv', text: 'x\n1\n2\n' },
    { path: 'b.json', text: '[{"x": 3}]' },
  ];
  expect(batchRows(files).map((row) => row.get('x'))).toEqual([1n, 2n, 3n]);
});

test.each([
  ['t.csv', 'a,b\n1,2\n3\n', 'cannot read trials for t.csv: row 2 has 1 cells where the header has 2'],
  ['t.csv', '', 't.csv has no rows'],
  ['t.csv', 'a,b\n', 't.csv has no rows'],
  ['t.json', '[]', 't.json has no rows'],
  ['t.yml', '', 't.yml has no rows'],
  ['t.csv', 'a,b\n1,2,3\n', 'row 1 has 3 cells'],
  ['t.csv', 'a\n"1\n', 'Quoted field unterminated'],
  ['t.csv', 'a,a\n1,2\n', "the header names 'a' twice"],
  ['t.csv', 'a,\n1,2\n', 'column 2 has no flag name'],
  ['t.json', '[\n  {"a": 1},\n  {"a": }\n]', 'line 3 column 9'],
  ['t.json', '[{"a": 1}', 'line 1 column 10'],
  ['t.json', '[nope]', 'line 1 column 3'],
  ['t.json', '[1]', 'item 1 is not a map'],
  ['t.yml', 'a: 1\nb: [', 'line 2'],
  ['t.txt', '', 'cannot read trials for t.txt: unsupported extension'],
])('%s with %j is refused: %s', (path, text, message) => {
  expect(() => rows(path, text)).toThrow(message);
});

test('each row is checked and coerced like flags, and what is wrong is told with file and row', () => {
  const check = (flags: ReadonlyMap<string, unknown>) => {
    if (flags.get('n') === 'x')
      throw new UserError({
        code: 'bad-flag-value',
        message: "invalid value x for n: invalid value for type 'int'",
      });
    return new Map([['n', 2n]]);
  };
  expect(batchRows([{ path: 't.csv', text: 'n\n1\n' }], { check })).toEqual([new Map([['n', 2n]])]);
  expect(() => batchRows([{ path: 't.csv', text: 'n\n1\nx\n' }], { check })).toThrow(
    "t.csv, row 2: invalid value x for n: invalid value for type 'int'",
  );
});

test('JSON that breaks off deep inside is an error each time, and harms no memory', () => {
  const item = '[{"lr": 0.1, "n": 12345678901234567890},';
  const text = `[{"n": 1}, {"lr":${item.repeat(660)}[{"lr": 0.1, "n": 123456789 [1, 2.0, null, true]}]`;
  for (let n = 0; n < 2000; n += 1) expect(() => parseJson(text)).toThrow(SyntaxError);
});

test('JSON that is nested past any is an error of the file', () => {
  const text = `{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect(() => batchRows([{ path: 't.json', text }])).toThrow('t.json: it is nested too deeply');
});
