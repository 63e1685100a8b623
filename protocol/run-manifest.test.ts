import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatManifest, parseManifest, quote, type ManifestLine } from './run-manifest.ts';

/** Any path that a line can hold. */
const word = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((text) => !/[\n\r\0\u2028\u2029]/.test(text));

test('what is written is read again, whatever the paths are', () => {
  const line = fc.record<ManifestLine>({
    kind: fc.constantFrom('s', 'd'),
    path: word,
    sha1: fc.constantFrom('-', 'ab12'),
    from: word,
  });
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      expect(parseManifest(formatManifest(lines))).toEqual(lines);
    }),
  );
});

test("words are quoted as Python's shlex does, which Guild reads them with", () => {
  const words = ['plain.py', 'a b', "it's", '', 'x$HOME', 'ü'];
  const code = 'import shlex, sys; print(" ".join(shlex.quote(w) for w in sys.argv[1:]), end="")';
  const python = execFileSync('python3', ['-c', code, ...words], { encoding: 'utf8' });
  // Python quotes what isn't ASCII as well as we do; both read the same.
  expect(words.map(quote).join(' ')).toBe(python);
});

test("lines of Guild's that mean nothing here are left out", () => {
  expect(parseManifest('s a.py 12 a.py\ni x - y\nd data - file:data sub\n')).toEqual([
    { kind: 's', path: 'a.py', sha1: '12', from: 'a.py' },
    { kind: 'd', path: 'data', sha1: '-', from: 'file:data' },
  ]);
});
