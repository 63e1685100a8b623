import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { ScalarSummary, type ScalarRule } from '../index.ts';
import { addScalar, compileScalarRules, FIRST_STEP, matchRules, stepScalars, type Scalar } from './index.ts';

function read(rules: readonly ScalarRule[] | null, lines: readonly string[]): [string, number, number][] {
  const compiled = compileScalarRules(rules);
  let state = FIRST_STEP;
  return lines.flatMap((line) => {
    const stepped = stepScalars(state, matchRules(compiled, line));
    state = stepped.state;
    return stepped.scalars.map(({ tag, value, step }): [string, number, number] => [tag, value, step]);
  });
}

test.each([
  ['loss: 0.5', { loss: 0.5 }],
  ['loss: 1e-05', { loss: 1e-5 }],
  ['loss:  -.5  ', { loss: -0.5 }],
  ['a/b.c: +3', { 'a/b.c': 3 }],
  ['loss: nan', { loss: Number.NaN }],
  ['loss: -inf', { loss: -Infinity }],
  ['loss: 0.5 (best so far)', { loss: 0.5 }],
  ['loss: 0.5 (step 12)', { loss: 0.5, step: 12 }],
  ['loss: 0.5 (12)', { loss: 0.5, step: 12 }],
  ['step: 7', { step: 7 }],
  [' loss: 0.5', {}],
  ['1loss: 0.5', {}],
  ['loss: high', {}],
  ['loss 0.5', {}],
  ['the loss: 0.5', {}],
  ['loss: 0.5 acc: 0.3', {}],
])('by the default rule, %j gives %j', (line, scalars) => {
  expect(matchRules(compileScalarRules(null), line)).toEqual(scalars);
});

test('without any step, a key that repeats begins the next one', () => {
  expect(read(null, ['loss: 1', 'acc: 2', 'loss: 3', 'loss: 4', 'acc: 5'])).toEqual([
    ['loss', 1, 0],
    ['acc', 2, 0],
    ['loss', 3, 1],
    ['loss', 4, 2],
    ['acc', 5, 2],
  ]);
});

test('a step holds for its own line and all later ones, and is no scalar', () => {
  expect(read(null, ['step: 10', 'loss: 1', 'loss: 2', 'loss: 3 (step 20)', 'acc: 4'])).toEqual([
    ['loss', 1, 10],
    ['loss', 2, 10],
    ['loss', 3, 20],
    ['acc', 4, 20],
  ]);
});

test.each<[string, ScalarRule, string, Record<string, number>]>([
  [
    'one group is the value of its key',
    { key: 'loss', pattern: String.raw`loss=(\value)` },
    'x loss=0.5!',
    { loss: 0.5 },
  ],
  [
    'two groups are a key and its value',
    { key: null, pattern: String.raw`(\key)=(\value)` },
    'a=1 b=2',
    { a: 1, b: 2 },
  ],
  [
    'named groups are keys',
    { key: null, pattern: String.raw`(?P<loss>\value)/(?P<acc>\value)` },
    'at 0.5/0.9',
    { loss: 0.5, acc: 0.9 },
  ],
  [
    '_key and _val are a pair',
    { key: null, pattern: String.raw`<(?P<_val>\value) (?P<_key>\key)>` },
    '<3 a> <4 b>',
    { a: 3, b: 4 },
  ],
  [
    'step is captured as digits',
    { key: 'step', pattern: String.raw`Epoch (\step)` },
    'Epoch 12/100',
    { step: 12 },
  ],
  ['the last match of a line counts', { key: 'x', pattern: String.raw`x=(\value)` }, 'x=1 x=2', { x: 2 }],
  [
    'a key begins with a letter or an underscore',
    { key: null, pattern: String.raw`(\key) +(\value)` },
    '[ 12/100] loss=0.12',
    {},
  ],
  [
    'a key is found after what is none',
    { key: null, pattern: String.raw`(\key) +(\value)` },
    '(step 7) done',
    { step: 7 },
  ],
  ['a group that is no number gives nothing', { key: 'x', pattern: 'x=(.*)' }, 'x=abc', {}],
  ['one group without a key gives nothing', { key: null, pattern: String.raw`(\value)` }, '1', {}],
  ['a pattern that Python refuses gives nothing', { key: 'x', pattern: '(' }, '(', {}],
])('%s', (_what, rule, line, scalars) => {
  expect(matchRules(compileScalarRules([rule]), line)).toEqual(scalars);
});

test('later rules overwrite what earlier ones found in a line', () => {
  const rules = [
    { key: 'x', pattern: 'a=([0-9]+)' },
    { key: 'x', pattern: 'b=([0-9]+)' },
  ];
  expect(matchRules(compileScalarRules(rules), 'b=2 a=1')).toEqual({ x: 2 });
});

test('an empty list of rules finds nothing', () => {
  expect(matchRules(compileScalarRules([]), 'loss: 1')).toEqual({});
});

test('a summary keeps first, last, least, greatest, sum and count, and survives JSON', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noDefaultInfinity: true }), { minLength: 1 }), (values) => {
      const scalars = values.map((value, step): Scalar => ({ tag: 'x', value, step }));
      const summary = scalars.reduce(addScalar, undefined as ReturnType<typeof addScalar> | undefined);
      const numbers = values.filter((value) => !Number.isNaN(value));
      expect(summary).toMatchObject({
        first: values[0],
        last: values.at(-1),
        count: values.length,
        step: values.length - 1,
      });
      const least = numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => Math.min(a, b));
      const greatest = numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => Math.max(a, b));
      expect(summary).toMatchObject({ min: least, max: greatest });
      const again = v.parse(ScalarSummary, JSON.parse(JSON.stringify(summary)));
      // JSON writes -0 as 0.
      expect(again.count).toBe(summary?.count);
      expect(Number.isNaN(again.last)).toBe(Number.isNaN(summary?.last));
    }),
  );
});
