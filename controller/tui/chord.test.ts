import { expect, test } from 'vitest';
import { chordsOf } from './chord.ts';

test.each([
  ['several keys in one piece', 'jj\r', {}, ['j', 'j', 'return']],
  ['escape and the key after it in one piece', '/', { meta: true }, ['escape', '/']],
  ['escape alone', '', { escape: true, meta: true }, ['escape']],
  ['an arrow', '', { upArrow: true }, ['up']],
  ['control', 'c', { ctrl: true }, ['ctrl+c']],
  ['space', ' ', {}, ['space']],
])('%s', (_, input, key, chords) => {
  expect(chordsOf(input, key)).toEqual(chords);
});
