import { expect, test } from 'vitest';
import { decodeTyped } from './decode-typed.ts';

test.each([
  ['range[1:3]', [1n, 2n, 3n]],
  ['[0.1]*2', [0.1, 0.1]],
  ['[1:30]', '[1:30]'],
  ['loguniform[1e-4:1]', 'loguniform[1e-4:1]'],
  ['[sgd, adam]', ['sgd', 'adam']],
])(
  '%s of a flag without a type is expanded where it is a sequence, and kept where it is a search space',
  (text, value) => {
    expect(decodeTyped(text, undefined)).toEqual(value);
  },
);
