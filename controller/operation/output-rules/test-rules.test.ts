import { expect, test } from 'vitest';
import { compileAttributeRules, compileScalarRules } from '#protocol';
import { outputRules } from './output-rules.ts';
import { testedLine } from './test-rules.ts';

test('each line is told with what each pattern finds in it', () => {
  const rules = compileScalarRules(outputRules({ loss: 'loss (\\value)', acc: 'acc=(\\value)' }));
  expect(['loss 0.5', 'x'].map((line) => testedLine(line, rules)).join('')).toBe(
    [
      'loss 0.5',
      "  'acc=(\\value)': <no matches>",
      "  'loss (\\value)': [0.5] (loss=0.5)",
      'x',
      "  'acc=(\\value)': <no matches>",
      "  'loss (\\value)': <no matches>",
      '',
    ].join('\n'),
  );
});

test.each([
  ['foo: 1.123', '(foo=1.123)'],
  ['foo: bar', '(foo=bar)'],
  ['foo: bar baz', '<no matches>'],
])('by the default rule for attributes %j gives %j', (line, found) => {
  expect(testedLine(line, compileAttributeRules(null))).toContain(found);
});

test.each([
  [undefined, null],
  [false, []],
  [[], []],
  ['a (\\value)', [{ key: null, pattern: 'a (\\value)' }]],
  [
    { b: 'y', a: ['x', 'z'] },
    [
      { key: 'a', pattern: 'x' },
      { key: 'a', pattern: 'z' },
      { key: 'b', pattern: 'y' },
    ],
  ],
  [
    [{ a: 'x' }, 'p'],
    [
      { key: 'a', pattern: 'x' },
      { key: null, pattern: 'p' },
    ],
  ],
])('output-scalars %j are rules %j', (config, rules) => {
  expect(outputRules(config)).toEqual(rules);
});
