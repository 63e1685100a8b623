import { expect, test } from 'vitest';
import { logLines } from './log-lines.ts';

async function* piecesOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test.each([1, 2, 3, 7, 100])('lines are whole however they come: in pieces of %i bytes', async (size) => {
  const log = Buffer.from('über\n\nzwei Wörter\nohne Ende');
  expect(await Array.fromAsync(logLines(piecesOf(log, size), 1000))).toEqual(['über', '', 'zwei Wörter']);
});

test('a line without end is not kept', async () => {
  const log = Buffer.from(`${'x'.repeat(100_000)}\nnext\n`);
  const [endless, next] = await Array.fromAsync(logLines(piecesOf(log, 500), 200));
  expect(endless?.length).toBeLessThanOrEqual(700);
  expect(next).toBe('next');
});
