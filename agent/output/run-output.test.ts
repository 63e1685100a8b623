import * as fc from 'fast-check';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunSpec } from '#protocol';
import { ReadingMark } from './reading-mark.ts';
import { outputFinder } from './rules.ts';
import { RunOutput, type Pen } from './run-output.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sortie-output-'));
  mkdirSync(join(dir, '.guild/sortie'), { recursive: true });
  writeFileSync(join(dir, '.guild/output'), '');
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const find = outputFinder({ attrs: {}, outputScalars: null } as unknown as RunSpec, () => undefined);
const free: Pen = { take: async () => ({ release: async () => undefined }) };
/** Saved only when a test says so, or one that is taken for dead would write on. */
const open = (attempt = 1, pen = free) =>
  RunOutput.open({ dir, attempt, find, pen, mark: new ReadingMark(dir), saveMs: 2 ** 30 });

function grow(data: string | Buffer): Buffer {
  appendFileSync(join(dir, '.guild/output'), data);
  return Buffer.from(data);
}

const eventFiles = () =>
  readdirSync(join(dir, '.guild')).filter((name) => /^events\.out\.tfevents\..*\d$/.test(name));
const attributeFiles = () => readdirSync(join(dir, '.guild')).filter((name) => name.endsWith('.attrs'));

/** `tag=value@step` of each scalar on disk, in order; tags are short and steps small in these tests, so that each length is a byte. */
function recorded(): string[] {
  return eventFiles()
    .sort()
    .flatMap((name) => scalarsIn(readFileSync(join(dir, '.guild', name))));
}

/** `tag=text` of each attribute on disk, in order. */
function attributes(): string[] {
  return attributeFiles().flatMap((name) => {
    const file = readFileSync(join(dir, '.guild', name)).toString('latin1');
    return [...file.matchAll(/\n.(\w+)B.\x08\x07\x12\x00B.(\w+)J/gs)].map(
      ([, tag, text]) => `${tag}=${text}`,
    );
  });
}

function scalarsIn(file: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < file.length;) {
    const size = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + size);
    at += size + 16;
    if (data.includes('brain.Event:2')) continue;
    const tag = data.subarray(17, 17 + (data[16] ?? 0)).toString();
    found.push(`${tag}=${data.readFloatLE(data.length - 4)}@${data[10] ?? -1}`);
  }
  return found;
}

const lines = () => readFileSync(join(dir, '.guild/output.index')).length / 9;

test('scalars, steps, lines and progress of output that comes in pieces', async () => {
  const output = await open();
  for (const piece of ['a: ', '1\nstep', ': 5\na: 2\n\r 10%|#  | 1/10 [x]', '\r 20%|## | 2/10 [x]', '\nb: 3'])
    output.feed(grow(piece));
  expect(output.progress).toEqual({ fraction: 0.2, text: '2/10' });
  await output.end();
  expect(recorded()).toEqual(['a=1@0', 'a=2@5', 'b=3@5']);
  expect(output.scalars).toMatchObject({ a: { first: 1, last: 2, count: 2, step: 5 }, b: { last: 3 } });
  expect(lines()).toBe(5);
});

test('a bar is read while it is still unfinished', async () => {
  const output = await open();
  output.feed(grow('\r 30%|###   | 3/10 [00:01<00:02]'));
  expect(output.progress).toEqual({ fraction: 0.3, text: '3/10' });
  await output.end();
});

test('an attribute is recorded when it is said, and again only when it changes', async () => {
  const output = await open();
  output.feed(grow('model: cnn\nloss: 1\nmodel: cnn\n'));
  await output.save();
  const next = await open();
  next.feed(grow('model: cnn\nmodel: mlp\nhost: h1'));
  await next.end();
  expect(attributes()).toEqual(['model=cnn', 'model=mlp', 'host=h1']);
  expect(recorded()).toEqual(['loss=1@0']);
});

test('a new attempt says its attributes in a file of its own', async () => {
  const first = await open(1);
  first.feed(grow('model: cnn\n'));
  await first.end();
  const second = await open(2);
  second.feed(grow('model: cnn\n'));
  await second.end();
  expect(attributeFiles()).toHaveLength(2);
  expect(attributes()).toEqual(['model=cnn', 'model=cnn']);
});

test('of a flood of names only the first thousand are attributes', async () => {
  const output = await open();
  output.feed(grow(Array.from({ length: 1200 }, (_, at) => `file${at}: ok\n`).join('')));
  output.feed(grow(`${'x'.repeat(300)}: ok\nfile7: bad\nmore: ok\n`));
  await output.end();
  expect(attributes()).toHaveLength(1001);
  expect(attributes().at(-1)).toBe('file7=bad');
});

test('without scalars there is no event file', async () => {
  const output = await open();
  output.feed(grow('hello\n'));
  await output.end();
  expect(eventFiles()).toEqual([]);
  expect(attributeFiles()).toEqual([]);
});

test('endless output without a newline is held in bounded memory, and the line after it is read', async () => {
  const output = await open();
  const block = Buffer.alloc(1 << 20, 0xff);
  const before = process.memoryUsage().arrayBuffers;
  for (let at = 0; at < 64; at += 1) output.feed(block);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
  output.feed(Buffer.from('\na: 1\n'));
  expect(output.scalars['a']).toMatchObject({ count: 1 });
});

test('whatever is cut wherever, and whoever dies whenever, each scalar is recorded once', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'a: 1\n',
      'b: 2\n',
      'step: 3\n',
      'm: cnn\n',
      'm: mlp\n',
      '\r',
      '\n',
      'x',
      '\r 5%|a| 1/2 [',
      'a: 4 (step 9)\n',
    ),
    fc.constant('y'.repeat(70_000)),
  );
  const act = fc.record({ piece, cut: fc.nat(20), next: fc.constantFrom('go', 'go', 'die', 'save') });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
      rmSync(join(dir, '.guild'), { recursive: true });
      mkdirSync(join(dir, '.guild/sortie'), { recursive: true });
      writeFileSync(join(dir, '.guild/output'), '');
      let output = await open();
      for (const { piece: text, cut, next } of acts) {
        const bytes = grow(text);
        output.feed(bytes.subarray(0, cut));
        if (next === 'save') await output.save();
        // Dead: what it held is gone, and the next one begins with what is on disk.
        if (next !== 'go') output = await open();
        const all = readFileSync(join(dir, '.guild/output'));
        output.feed(all.subarray(output.offset));
      }
      await output.end();
      const once = recorded();
      const said = attributes();
      const summary = structuredClone(output.scalars);
      const counted = lines();
      rmSync(join(dir, '.guild/sortie/observed.json'), { force: true });
      const straight = await open();
      straight.feed(readFileSync(join(dir, '.guild/output')));
      await straight.end();
      expect(once).toEqual(recorded());
      expect(said).toEqual(attributes());
      expect(summary).toEqual(straight.scalars);
      expect(counted).toBe(lines());
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('one that has not the pen only looks, and goes on writing when it gets it', async () => {
  let taken = true;
  const pen: Pen = { take: async () => (taken ? null : { release: async () => undefined }) };
  const writer = await open();
  const looker = await open(1, pen);
  for (const output of [writer, looker]) output.feed(Buffer.from('a: 1\n'));
  grow('a: 1\n');
  await writer.save();
  expect(looker.scalars['a']).toMatchObject({ count: 1 });
  taken = false;
  looker.feed(grow('a: 2\n'));
  await looker.end();
  expect(recorded()).toEqual(['a=1@0', 'a=2@1']);
});

test('a new attempt goes on in the same output with steps and an event file of its own', async () => {
  const first = await open(1);
  first.feed(grow('a: 1\na: 2\n'));
  await first.end();
  const second = await open(2);
  expect(second.offset).toBe(10);
  expect(second.progress).toBeNull();
  second.feed(grow('a: 3\n'));
  await second.end();
  expect(eventFiles().length).toBe(2);
  expect(second.scalars['a']).toMatchObject({ first: 1, last: 3, count: 3, step: 0 });
});
