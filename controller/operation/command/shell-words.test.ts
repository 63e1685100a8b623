import { array, assert, double, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { joinWords, quoteWord, splitWords } from './shell-words.ts';
import { pythonFloat } from './encode-flag.ts';

test('splitting what was joined gives the words again', () => {
  assert(
    property(array(string({ unit: 'grapheme' }), { maxLength: 6 }), (words) => {
      expect(splitWords(joinWords(words))).toEqual(words);
    }),
  );
});

test.each([
  ['a  b\tc', ['a', 'b', 'c']],
  [`a 'b c' "d \\"e\\" \\n" f\\ g`, ['a', 'b c', 'd "e" \\n', 'f g']],
  [`''`, ['']],
  ['a#b # c', ['a#b', '#', 'c']],
])('%j splits as shlex does', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test('a quote that is never closed is an error', () => {
  expect(() => splitWords(`a 'b`)).toThrow('No closing quotation');
});

test('only words that need quotes get them', () => {
  expect(quoteWord('a-b/c=1')).toBe('a-b/c=1');
  expect(quoteWord(`it's`)).toBe(`'it'"'"'s'`);
});

test.each([
  [1e-5, '1e-05'],
  [0.0001, '0.0001'],
  [1, '1.0'],
  [1e16, '1e+16'],
  [123456789012345680, '1.2345678901234568e+17'],
  [-0, '-0.0'],
  [Infinity, 'inf'],
])('%d is written %s, as Python does', (value, text) => {
  expect(pythonFloat(value)).toBe(text);
});

test('a float reads back as itself', () => {
  assert(
    property(double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Object.is(Number(pythonFloat(value)), value)).toBe(true);
    }),
  );
});
