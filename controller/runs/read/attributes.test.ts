import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dumpYaml, loadYaml, type Value } from '#protocol';
import { decodeAttribute } from './attributes.ts';

test('the short ways to read an attribute give what the YAML reader gives', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9_.:/ -]{1,6}$/);
  const scalar: fc.Arbitrary<Value> = fc.oneof(
    word,
    fc.bigInt({ min: -1000n, max: 10n ** 20n }),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constantFrom(
      'yes',
      'n',
      'null',
      '1e3',
      '0x1F',
      '012',
      '1_0',
      '2026-01-31',
      '1:30',
      '.5',
      '~',
      '=',
      '<<',
    ),
  );
  const value = fc.oneof(
    scalar,
    fc.dictionary(fc.oneof(word, fc.constantFrom('y', 'on', '1')), scalar),
    fc.array(scalar),
  );
  fc.assert(
    fc.property(value, (given) => {
      const text = dumpYaml(given);
      expect(decodeAttribute(text)).toEqual(loadYaml(text));
    }),
  );
});

test('as do texts written by hand', () => {
  const line = fc.stringMatching(/^[a-z_]{1,3}: ?[a-z0-9.'"~#:-]{1,5}$/);
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), (lines) => {
      const text = `${lines.join('\n')}\n`;
      let expected: Value;
      try {
        expected = loadYaml(text);
      } catch {
        expected = lines.join('\n');
      }
      expect(decodeAttribute(text)).toEqual(expected);
    }),
  );
});
