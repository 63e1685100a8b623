import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseEvents, readLoggedAttributes, readScalars } from './event-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sortie-events-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

/** As TensorBoard's writer has them; checksums are left zero. */
function record(tag: string, value: number, step: number): Buffer {
  const float = Buffer.alloc(5);
  float[0] = 0x15;
  float.writeFloatLE(value, 1);
  const wallTime = Buffer.from([0x09, 0, 0, 0, 0, 0, 0, 0, 0]);
  const summary = field(5, field(1, Buffer.concat([field(1, Buffer.from(tag)), float])));
  const event = Buffer.concat([wallTime, Buffer.from([0x10, ...varint(step)]), summary]);
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(event.length));
  return Buffer.concat([head, event, Buffer.alloc(4)]);
}

/** As TensorBoard's text summaries have it. */
function textRecord(tag: string, text: string): Buffer {
  const tensor = Buffer.concat([
    Buffer.from([0x08, 7]),
    field(2, Buffer.alloc(0)),
    field(8, Buffer.from(text)),
  ]);
  const value = Buffer.concat([
    field(1, Buffer.from(tag)),
    field(8, tensor),
    field(9, Buffer.alloc(2, 0x20)),
  ]);
  const event = field(5, field(1, value));
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(event.length));
  return Buffer.concat([head, event, Buffer.alloc(4)]);
}

test('attributes are the last texts of files of attributes, with the directory before the name', () => {
  mkdirSync(join(dir, '.guild'));
  mkdirSync(join(dir, 'train'));
  writeFileSync(
    join(dir, '.guild/events.out.tfevents.1.h.1.0.attrs'),
    Buffer.concat([
      textRecord('model', 'cnn'),
      textRecord('model', 'mlp'),
      textRecord('note/text_summary', 'x'),
    ]),
  );
  writeFileSync(join(dir, 'train/events.out.tfevents.2.h.attrs'), textRecord('model', 'cnn-2'));
  writeFileSync(join(dir, '.guild/events.out.tfevents.1.h.1.1'), textRecord('no', 'attribute'));
  expect(readLoggedAttributes(dir)).toEqual({ model: 'mlp', note: 'x', 'train#model': 'cnn-2' });
  expect(readScalars(dir)).toEqual({});
});

test('scalars are summed up by tag, over files, with the directory before the tag', () => {
  mkdirSync(join(dir, '.guild'));
  mkdirSync(join(dir, 'logs/train'), { recursive: true });
  writeFileSync(
    join(dir, '.guild/events.out.tfevents.1.h.1.0'),
    Buffer.concat([record('loss', 2, 1), record('loss', 0.5, 300)]),
  );
  writeFileSync(join(dir, 'logs/train/events.out.tfevents.2.h'), record('acc', 1, 7));
  writeFileSync(join(dir, 'events.out.tfevents.2.h.attrs'), record('no', 1, 7));
  expect(readScalars(dir)).toEqual({
    loss: { first: 2, last: 0.5, min: 0.5, max: 2, total: 2.5, count: 2, step: 300 },
    'logs/train#acc': { first: 1, last: 1, min: 1, max: 1, total: 1, count: 1, step: 7 },
  });
  expect(readScalars(join(dir, 'nowhere'))).toEqual({});
});

test('a torn file gives what is whole, and no bytes make it fail', () => {
  const whole = Buffer.concat([record('a', 1, 1), record('b', 2, 2)]);
  expect([...parseEvents(whole.subarray(0, whole.length - 1))].map(({ tag }) => tag)).toEqual(['a']);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(100), (noise, at) => {
      const bytes = Buffer.from(whole);
      bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
      expect([...parseEvents(bytes)].length).toBeLessThanOrEqual(10);
    }),
  );
});
