import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addScalar, type Scalar, type ScalarSummary } from '#protocol';

/** Larger events files, in bytes, hold images and histograms: they are TensorBoard's business. */
const MOST_BYTES = 256 << 20;

/** A run's scalars from its events files (TensorBoard's records), by tag; those in a subdirectory as `DIR#TAG`. */
export function readScalars(dir: string): Record<string, ScalarSummary> {
  const scalars: Record<string, ScalarSummary> = {};
  for (const { prefix, path } of eventFiles(dir)) {
    for (const scalar of parseEvents(readCapped(path))) {
      const key = prefix === '' || prefix === '.guild' ? scalar.tag : `${prefix}#${scalar.tag}`;
      scalars[key] = addScalar(scalars[key], scalar);
    }
  }
  return scalars;
}

/** Scalars of an events file: records of a length (u64), its checksum, an Event message, its checksum. What is torn off is left out. */
export function* parseEvents(bytes: Buffer): Generator<Scalar> {
  for (let at = 0; at + 12 <= bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    const end = at + 12 + length;
    if (end + 4 > bytes.length) return;
    yield* scalarsOfEvent(bytes.subarray(at + 12, end));
    at = end + 4;
  }
}

/** Event: step = 2 (int64), summary = 5; Summary: value = 1; Value: tag = 1, simple_value = 2 (float). */
function scalarsOfEvent(event: Buffer): Scalar[] {
  const found: Scalar[] = [];
  let step = 0;
  const fields = [...protobufFields(event)];
  for (const { field, number } of fields) if (field === 2) step = number;
  for (const summary of fields) {
    if (summary.field !== 5) continue;
    for (const value of protobufFields(summary.bytes)) {
      const parts = value.field === 1 ? [...protobufFields(value.bytes)] : [];
      const tag = parts.find(({ field }) => field === 1)?.bytes.toString('utf8');
      const simple = parts.find(({ field, wire }) => field === 2 && wire === 5);
      if (tag !== undefined && simple !== undefined)
        found.push({ tag, value: simple.bytes.readFloatLE(0), step });
    }
  }
  return found;
}

interface Field {
  readonly field: number;
  readonly wire: number;
  /** Of a varint. */
  readonly number: number;
  readonly bytes: Buffer;
}

const NOTHING = Buffer.alloc(0);

/** The fields of a message; ends at the first thing that is none. */
function* protobufFields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; at < message.length && shift < 64; shift += 7) {
      const byte = message[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const key = varint();
    const wire = key % 8;
    const field = Math.floor(key / 8);
    if (wire === 0) yield { field, wire, number: varint(), bytes: NOTHING };
    else {
      const size = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? varint() : Infinity;
      if (at + size > message.length) return;
      yield { field, wire, number: 0, bytes: message.subarray(at, at + size) };
      at += size;
    }
  }
}

function readCapped(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    return bytes.length > MOST_BYTES ? NOTHING : bytes;
  } catch {
    return NOTHING;
  }
}

function eventFiles(dir: string, prefix = '', depth = 0): { prefix: string; path: string }[] {
  let entries;
  try {
    entries = readdirSync(join(dir, prefix), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory())
        return depth < MAX_DEPTH && !SKIPPED.has(path) ? eventFiles(dir, path, depth + 1) : [];
      const isEvents = entry.name.includes('.tfevents.') && !entry.name.endsWith('.attrs');
      return isEvents && entry.isFile() ? [{ prefix, path: join(dir, path) }] : [];
    });
}

const MAX_DEPTH = 8;
const SKIPPED: ReadonlySet<string> = new Set(['.guild/attrs', '.guild/sortie', '.guild/proto']);
