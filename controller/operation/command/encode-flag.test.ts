import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { decodeValue } from '../value.ts';
import { encodeForArgs, encodeForGlobals } from './encode-flag.ts';

test('text for the wrapper stays on one line, however long, and reads back as it was', () => {
  const words = array(constantFrom('word', 'a', "it's", '#', 'k: v', '\n', '"q"', '  '), {
    maxLength: 60,
  });
  assert(
    property(words, (parts) => {
      const text = parts.join(' ');
      const encoded = encodeForGlobals(text);
      expect(encoded).not.toContain('\n');
      expect(decodeValue(encoded)).toBe(text);
    }),
  );
});

test('long text inside of collections is not broken either', () => {
  const long = 'word '.repeat(40).trim();
  expect(encodeForGlobals([long, { prompt: long }])).not.toContain('\n');
  expect(encodeForArgs({ prompt: long })).not.toContain('\n');
});
