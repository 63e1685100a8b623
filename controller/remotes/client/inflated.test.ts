import * as fc from 'fast-check';
import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inflated } from './inflated.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const got: Buffer[] = [];
  for await (const chunk of chunks) got.push(chunk);
  return Buffer.concat(got);
}

test('pieces of any size give the bytes that were compressed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 5000 }),
      fc.integer({ min: 1, max: 500 }),
      async (bytes, size) => {
        const got = await all(inflated(pieces(zstdCompressSync(bytes), size)));
        expect(got.equals(bytes)).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

test('a cut is an end like any other, after nothing that was not sent', async () => {
  const compress = createZstdCompress({ flush: constants.ZSTD_e_flush });
  const sent: Buffer[] = [];
  compress.on('data', (chunk: Buffer) => sent.push(chunk));
  for (const line of ['first line\n', 'second line\n'])
    await new Promise<void>((resolve) => void compress.write(line, () => resolve()));
  const got = await all(inflated(pieces(Buffer.concat(sent), 7)));
  expect(got.length).toBeGreaterThan(0);
  expect('first line\nsecond line\n'.startsWith(got.toString())).toBe(true);
  compress.destroy();
});

test('few bytes that stand for very many are given piece by piece', async () => {
  const bomb = zstdCompressSync(Buffer.alloc(64 << 20));
  let size = 0;
  for await (const chunk of inflated(pieces(bomb, bomb.length))) {
    expect(chunk.length).toBeLessThanOrEqual(1 << 20);
    size += chunk.length;
  }
  expect(size).toBe(64 << 20);
});

test('what is no zstd is an error, and a reader that leaves ends the source', async () => {
  await expect(all(inflated(pieces(Buffer.from('x'.repeat(100)), 10)))).rejects.toThrow(
    'Unknown frame descriptor',
  );
  let isOver = false;
  const endless = (async function* () {
    try {
      for (const piece = zstdCompressSync(Buffer.alloc(1 << 20)); ;) yield piece;
    } finally {
      isOver = true;
    }
  })();
  for await (const chunk of inflated(endless)) if (chunk.length > 0) break;
  await expect.poll(() => isOver).toBe(true);
});
