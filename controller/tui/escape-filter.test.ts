import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { endFilter, filterEscapes, type Allowed } from './escape-filter.ts';

function filterAll(pieces: readonly string[], allowed: Allowed): string {
  let state = '';
  let text = '';
  for (const piece of pieces) {
    const step = filterEscapes(state, piece, allowed);
    state = step.state;
    text += step.text;
  }
  return text + endFilter(state);
}

const hostile = fc
  .array(
    fc.constantFrom(
      '\x1b',
      '\x1b[',
      '\x1b[2J',
      '\x1b[31m',
      '\x1b]52;c;',
      '\x07',
      '\x1b\\',
      '\x9b',
      '\r',
      '\n',
      '\b',
      'abc',
      'é你🙂',
      '\x00',
      '\u202e',
      '\x1bP',
      '1;2',
      'm',
      'K',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

test('nothing but colours and erase-to-end-of-line comes through with an escape', () => {
  fc.assert(
    fc.property(hostile, (input) => {
      const rest = filterAll([input], 'colours').replaceAll(/\x1b\[[0-9;:]*m|\x1b\[0?K/g, '');
      expect(rest).not.toMatch(/[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]/);
    }),
  );
});

test('cutting a stream anywhere changes nothing', () => {
  fc.assert(
    fc.property(hostile, fc.nat(), (input, at) => {
      const cut = at % (input.length + 1);
      expect(filterAll([input.slice(0, cut), input.slice(cut)], 'text')).toBe(filterAll([input], 'text'));
    }),
  );
});

test('text without control characters is left as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (input) => {
      fc.pre(!/[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(input));
      expect(filterAll([input], 'text')).toBe(input);
    }),
  );
});

test.each([
  ['a clipboard write vanishes', 'a\x1b]52;c;aGk=\x07b', 'ab'],
  ['a window title vanishes', 'a\x1b]0;owned\x1b\\b', 'ab'],
  ['a cleared screen vanishes', 'a\x1b[2J\x1b[Hb', 'ab'],
  ['the alternate screen vanishes', '\x1b[?1049hb', 'b'],
  ['a string without end does not swallow the next line', '\x1b]0;never\nloss: 1', '^[]0;never\nloss: 1'],
  ['a stray control character is spelt out', 'a\x07b\x85', 'a^Gb<U+0085>'],
  ['a progress bar stays one', ' 10%\r 20%\x1b[K', ' 10%\r 20%\x1b[K'],
])('%s', (_title, input, output) => {
  expect(filterAll([input], 'text')).toBe(output);
});

test('colours pass to a terminal and vanish from a log', () => {
  expect(filterAll(['\x1b[1;31mred\x1b[0m'], 'colours')).toBe('\x1b[1;31mred\x1b[0m');
  expect(filterAll(['\x1b[1;31mred\x1b[0m'], 'text')).toBe('red');
});

test('a sequence that never ends is held only so far', () => {
  const { state, text } = filterEscapes('', `\x1b[${'1'.repeat(5000)}`, 'text');
  expect(state).toBe('');
  expect(text).toContain('^[[111');
});

test('a program that has the terminal to itself moves about and rings, but sets nothing by a string', () => {
  const passed = '\x1b[?2004h(Pdb) \x1b[3D\x1b[2Pab\x07\x1b[H\x1b[2J\x1b=';
  expect(filterAll([passed], 'screen')).toBe(passed);
  expect(filterAll(['a\x1b]52;c;aGk=\x07b\x1b]0;owned\x1b\\c\x1bPq\x1b\\d\x00'], 'screen')).toBe('abcd^@');
});
