import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameValue, type Value } from '#protocol';
import { batchRows, savedTrials, trialsTable, type Flags } from '../index.ts';

const flags = (map: Record<string, Value>): Flags => new Map(Object.entries(map));
const TRIALS = [
  flags({ lr: 0.1, opt: 'adam', on: true }),
  flags({ lr: 1e-5, opt: 'a, "b"', on: null }),
  flags({ n: '1', opt: '' }),
];

test('the table numbers trials from 1, has every flag by name, and pads all columns but the last', () => {
  expect(trialsTable(TRIALS)).toBe(
    [
      '#  lr       n    on    opt\n',
      '1  0.1           yes   adam\n',
      '2  1.0e-05       null  a, "b"\n',
      "3           '1'        ''\n",
    ].join(''),
  );
  expect(trialsTable([])).toBe('');
});

test('a trial is one line of the table, however long or broken its text', () => {
  expect(trialsTable([flags({ x: 'word '.repeat(40) + 'end', y: 'a\nb' })]).split('\n')).toHaveLength(3);
});

test('trials are saved as CSV with a header and LF, and as JSON with sorted keys and no newline', () => {
  expect(savedTrials(TRIALS, 'x/trials')).toBe(
    'lr,n,on,opt\n0.1,,yes,adam\n1.0e-05,,null,"a, ""b"""\n,\'1\',,\'\'\n',
  );
  expect(savedTrials([flags({ b: 1, a: [1n, null, 'é'] })], 't.json')).toBe(
    '[{"a": [1, null, "\\u00e9"], "b": 1.0}]',
  );
  expect(() => savedTrials(TRIALS, 't.txt')).toThrow('cannot save trials to t.txt');
});

test.each(['t.csv', 't.json'])('what was saved to %s is read back as the same trials', (path) => {
  const value = fc.oneof(
    fc.string(),
    fc.bigInt(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  );
  fc.assert(
    fc.property(fc.array(fc.record({ a: value, b: value }), { minLength: 1, maxLength: 4 }), (maps) => {
      const read = batchRows([{ path, text: savedTrials(maps.map(flags), path) }]);
      expect(read.map((row) => Object.fromEntries(row))).toSatisfy((rows: Value) => sameValue(rows, maps));
    }),
  );
});
