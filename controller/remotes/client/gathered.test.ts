import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { gathered } from './gathered.ts';

test('what comes while the reader is busy is one piece', async () => {
  const stream = new PassThrough();
  const pieces = gathered(stream);
  stream.write('a');
  expect((await pieces.next()).value?.toString()).toBe('a');
  stream.write('b');
  stream.write('c');
  stream.end('d');
  await turn();
  expect((await pieces.next()).value?.toString()).toBe('bcd');
  expect((await pieces.next()).done).toBe(true);
});

test('a reader that does not take holds the stream back', async () => {
  const stream = new PassThrough();
  const pieces = gathered(stream);
  const first = pieces.next();
  stream.write('a');
  await first;
  const block = Buffer.alloc(1 << 16);
  let written = 0;
  while (written < 1 << 26 && stream.write(block)) {
    written += block.length;
    await turn();
  }
  expect(written).toBeLessThan(1 << 22);
  stream.end();
  let read = 0;
  for await (const piece of pieces) read += piece.length;
  expect(read).toBe(written + block.length);
});

test('a stream that breaks ends it after what came, and a reader that leaves lets go of the stream', async () => {
  const broken = new PassThrough();
  const pieces = gathered(broken);
  broken.write('a');
  const first = await pieces.next();
  broken.destroy(new Error('cut'));
  expect([first.value?.toString(), (await pieces.next()).done]).toEqual(['a', true]);
  const left = new PassThrough();
  left.write('a');
  for await (const piece of gathered(left)) if (piece.length > 0) break;
  expect(left.listenerCount('data')).toBe(0);
});
