import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth, fit, truncate, wrap } from './width.ts';

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));

test('fitted text takes exactly the width asked for, whatever it is made of', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 40 }), (input, width) => {
      expect(displayWidth(fit(input, width))).toBe(width);
      expect(displayWidth(truncate(input, width))).toBeLessThanOrEqual(width);
      expect(fit(input, width)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
    }),
  );
});

test('wrapped rows hold all of a line and none is too wide', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 8, max: 40 }), (input, width) => {
      fc.pre(!/[\x00-\x1f\x7f-\x9f]/.test(input));
      const rows = wrap(input, width);
      expect(rows.join('')).toBe(input);
      for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(width);
    }),
  );
});

test.each([
  ['你好世界', 5, '你好…'],
  ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
  ['👩‍🔬👩‍🔬', 3, '👩‍🔬…'],
  ['learning-rate', 8, 'learnin…'],
])('%s in %i columns is %s', (input, width, output) => {
  expect(truncate(input, width)).toBe(output);
});
