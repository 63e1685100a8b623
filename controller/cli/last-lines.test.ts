import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastLinesFrom } from './last-lines.ts';

/** A file that is read in chunks, and its last lines by that. */
async function lastLines(text: string, count: number, chunk = 3): Promise<string> {
  const bytes = Buffer.from(text);
  const from = await lastLinesFrom({ size: bytes.length, count }, async function* (start) {
    for (let at = start; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  });
  return bytes.subarray(from).toString();
}

test.each([
  ['a\nb\nc\n', 2, 'b\nc\n'],
  ['a\nb\nc', 2, 'b\nc'],
  ['a\nb\n', 9, 'a\nb\n'],
  ['\n\n', 1, '\n'],
  ['', 3, ''],
  ['no end', 1, 'no end'],
])('of %j the last %d lines are %j', async (text, count, expected) => {
  expect(await lastLines(text, count)).toBe(expected);
});

test('lines are found beyond what is read first, as slicing the whole text finds them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(5),
      fc.nat(90_000),
      fc.integer({ min: 1, max: 9 }),
      async (short, long, count) => {
        const text = `${'x\n'.repeat(short)}${'y'.repeat(long)}\n${'z\n'.repeat(short)}`;
        const lines = text.split('\n').slice(0, -1);
        expect(await lastLines(text, count, 40_000)).toBe(
          lines
            .slice(-count)
            .map((line) => `${line}\n`)
            .join(''),
        );
      },
    ),
    { numRuns: 50 },
  );
});
