import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '#protocol';
import { parseExpression } from './expression.ts';

const values: Record<string, Value> = {
  op: 'train',
  lr: 0.1,
  epochs: 10n,
  label: 'Best Run',
  tags: ['a', 'b'],
  done: true,
  empty: '',
};
const holds = (text: string) => parseExpression(text)((name) => values[name]);

test.each([
  ['op = train', true],
  ['op = "train"', true],
  ["op != 'train'", false],
  ['op <> test', true],
  ['lr = 0.1', true],
  ['lr > 0.05 and epochs >= 10', true],
  ['epochs = 10.0', true],
  ['lr < 1e-1', false],
  ['op > 3', false],
  ['nothing > 3', false],
  ['nothing is undefined', true],
  ['op is not undefined', true],
  ['done = true', true],
  ['lr in [0.1, 0.01]', true],
  ['op not in [train, test]', false],
  ['label contains best', true],
  ['label not contains worst', true],
  ['tags contains a', true],
  ['tags contains [a, b]', true],
  ['tags contains [a, c]', false],
  ['empty contains x', false],
  ['not op = test', true],
  ['NOT (op = train OR lr > 1)', false],
  // and and or bind alike, to the right.
  ['op = train or op = x and lr > 1', true],
  ['op = x and lr > 1 or op = train', false],
])('%s is %s', (text, expected) => {
  expect(holds(text)).toBe(expected);
});

test.each(['', 'op =', 'op train', '(op = a', 'op = a)', 'op in a', '= 3', 'op = $', 'op = a b'])(
  '%j is a syntax error that says where',
  (text) => {
    expect(() => parseExpression(text)).toThrow(/syntax error in filter/);
  },
);

test('no text makes it hang or fail otherwise than by a syntax error', () => {
  const piece = fc.constantFrom(
    'op',
    '=',
    '<',
    '(',
    ')',
    'and',
    'not',
    'in',
    '[',
    ']',
    ',',
    '3',
    "'x'",
    ' ',
    '"',
    '\\',
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      let problem: unknown = null;
      try {
        holds(pieces.join(''));
      } catch (error) {
        problem = error;
      }
      expect(problem === null || (problem as { code?: string }).code === 'bad-filter').toBe(true);
    }),
  );
});
