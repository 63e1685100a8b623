import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { follow } from './follow.ts';
import { Growth } from './growth.ts';

let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sortie-follow-'));
  path = join(root, 'output');
});
afterEach(() => rmSync(root, { recursive: true }));

async function collect(chunks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString('latin1');
}

const signal = new AbortController().signal;

test('what is there now is read from any offset, whatever its size', async () => {
  const text = Array.from({ length: 200_000 }, (_, at) => `line ${at}\n`).join('');
  writeFileSync(path, text);
  const at = { path, growth: null, ended: () => true, signal };
  expect(await collect(follow({ ...at, from: 0 }))).toBe(text);
  expect(await collect(follow({ ...at, from: 1_234_567 }))).toBe(text.slice(1_234_567));
  expect(await collect(follow({ ...at, from: text.length }))).toBe('');
});

test('what is written until the end is read, the last bytes included', async () => {
  writeFileSync(path, 'a');
  const growth = new Growth(path);
  let ended = false;
  const seen: string[] = [];
  for await (const chunk of follow({ path, from: 0, growth, ended: () => ended, signal })) {
    seen.push(chunk.toString());
    const length = seen.join('').length;
    if (length < 5) appendFileSync(path, String(length));
    else if (!ended) {
      // The end is told before its last bytes are looked at.
      ended = true;
      appendFileSync(path, 'z');
      growth.wake();
    }
  }
  growth.close();
  expect(seen.join('')).toBe('a1234z');
});

test('a reader that leaves ends the reading, though the run goes on', async () => {
  writeFileSync(path, 'a');
  const growth = new Growth(path);
  const reader = new AbortController();
  const chunks = follow({ path, from: 0, growth, ended: () => false, signal: reader.signal });
  expect((await chunks.next()).value?.toString()).toBe('a');
  const next = chunks.next();
  reader.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  growth.close();
});
