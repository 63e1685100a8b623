import { expect, test } from 'vitest';
import { scalarRules } from './scalar-rules.ts';
import { testOutputScalars } from './test-scalars.ts';

test('each line is told with what each pattern finds in it', () => {
  const rules = scalarRules({ loss: 'loss (\\value)', acc: 'acc=(\\value)' });
  expect([...testOutputScalars(['loss 0.5', 'x'], rules)].join('')).toBe(
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
  expect(scalarRules(config)).toEqual(rules);
});
