import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { looksLikeText } from './text-test.ts';

test('valid UTF-8 without control characters is text, also when the sample ends amid a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 300, maxLength: 900 }), (text) => {
      const clean = text.replace(/[\u0000-\u001f\u007f]/g, ' ');
      expect(looksLikeText(Buffer.from(clean).subarray(0, 1024))).toBe(true);
    }),
  );
});

test.each([
  ['nothing', Buffer.alloc(0), true],
  ['Latin-1 words', Buffer.from('caf\u00e9 cr\u00e8me', 'latin1'), true],
  ['UTF-16 with its mark', Buffer.from('\ufeffhello', 'utf16le'), true],
  ['an ELF header', Buffer.from('\u007fELF\u0002\u0001\u0001\0\0\0', 'latin1'), false],
  ['a PNG header', Buffer.from('\u0089PNG\r\n\u001a\n\0\0', 'latin1'), false],
  ['a pickle', Buffer.from('\u0080\u0004\u0095\u000b\0\0', 'latin1'), false],
])('%s: text is %s', (_what, bytes, expected) => {
  expect(looksLikeText(bytes)).toBe(expected);
});
