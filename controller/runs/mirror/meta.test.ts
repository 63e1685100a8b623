import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeMeta } from './meta.ts';
import { TreeWriter } from './tree-writer.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sortie-meta-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A record with an entry that is wanted before and after one that is passed over. */
async function record(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: '.guild/attrs/label' }, 'best\n');
  tar.entry({ name: '.guild/output' }, 'o'.repeat(3000));
  tar.entry({ name: `.guild/${'deep/'.repeat(40)}x`, type: 'directory' });
  tar.entry({ name: '.guild/opref' }, 'r'.repeat(700));
  tar.finalize();
  return Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>));
}

const settle = async () => new Promise((resolve) => setImmediate(resolve));

/** How the writing of a record ended that comes in such pieces, and then ends or is cut. */
async function write(bytes: Uint8Array, { piece, end }: { piece: number; end: 'end' | 'error' | 'close' }) {
  const tar = new PassThrough();
  const written = writeMeta(tar, new TreeWriter(dir)).then(
    () => 'whole',
    () => 'refused',
  );
  for (let at = 0; at < bytes.length; at += piece) {
    tar.write(bytes.subarray(at, at + piece));
    await settle();
  }
  if (end === 'end') tar.end();
  else tar.destroy(end === 'error' ? new Error('the link is gone') : undefined);
  const how = await written;
  await settle();
  return how;
}

test('a record is laid out, but for what is of this side', async () => {
  expect(await write(await record(), { piece: 512, end: 'end' })).toBe('whole');
  expect(readFileSync(join(dir, '.guild/attrs/label'), 'utf8')).toBe('best\n');
  expect(readFileSync(join(dir, '.guild/opref'), 'utf8')).toHaveLength(700);
  expect(existsSync(join(dir, '.guild/output'))).toBe(false);
});

test('a record that several commands copy at once is whole in the end, and disturbs none of them nor an edit', async () => {
  const names = Array.from({ length: 20 }, (_, index) => `.guild/attrs/a${index}`);
  mkdirSync(join(dir, '.guild/attrs'), { recursive: true });
  writeFileSync(join(dir, '.guild/attrs/.label.1.tmp'), 'edited');
  const one = async () => {
    const tar = pack();
    for (const name of names) tar.entry({ name }, name);
    tar.finalize();
    await writeMeta(tar as never, new TreeWriter(dir));
  };
  for (let round = 0; round < 4; round += 1) await Promise.all([one(), one(), one(), one()]);
  expect(readdirSync(join(dir, '.guild/attrs'))).toHaveLength(names.length + 1);
  expect(readdirSync(join(dir, '.guild/sortie/new'))).toEqual([]);
});

test('a record that ends, fails or is cut anywhere is refused, in an entry that is passed over too', async () => {
  const whole = await record();
  // Between two entries, an end could not be told from that of the whole.
  const place = fc.integer({ min: 0, max: whole.length - 1025 }).filter((length) => length % 512 !== 0);
  await fc.assert(
    fc.asyncProperty(place, fc.constantFrom('end', 'error', 'close'), async (length, end) => {
      expect(await write(whole.subarray(0, length), { piece: 700, end })).toBe('refused');
    }),
    { numRuns: 60 },
  );
});

test('whatever bytes of a record are others, it is taken or refused, and does no more', async () => {
  const whole = await record();
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      expect(await write(bytes, { piece: 900, end: 'end' })).toMatch(/whole|refused/);
    }),
    { numRuns: 150 },
  );
});
