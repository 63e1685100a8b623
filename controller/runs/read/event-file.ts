import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addScalar,
  eventRecords,
  protobufFields,
  scalarsOfEvent,
  type ProtobufField,
  type Scalar,
  type ScalarSummary,
} from '#protocol';
import { shortestFloat32 } from './float32.ts';

/** Larger events files, in bytes, hold images and histograms: they are TensorBoard's business. */
const MOST_BYTES = 256 << 20;

/** A run's scalars from its events files (TensorBoard's records), by tag; those in a subdirectory as `DIR#TAG`. */
export function readScalars(dir: string): Record<string, ScalarSummary> {
  const scalars = new Map<string, ScalarSummary>();
  for (const { prefix, path } of eventFiles(dir, 'scalars')) {
    for (const scalar of parseEvents(readCapped(path))) {
      const key = keyOf(prefix, scalar.tag);
      scalars.set(key, addScalar(scalars.get(key), scalar));
    }
  }
  return Object.fromEntries([...scalars].map(([key, summary]) => [key, asWritten(summary)]));
}

/** Files hold float32s; sums of many stay as they are. */
function asWritten(summary: ScalarSummary): ScalarSummary {
  const { first, last, min, max } = summary;
  return {
    ...summary,
    first: shortestFloat32(first),
    last: shortestFloat32(last),
    min: shortestFloat32(min),
    max: shortestFloat32(max),
  };
}

/** A run's logged attributes, from events files whose names end with `.attrs`, named as scalars are; the last text of a name holds. */
export function readLoggedAttributes(dir: string): Record<string, string> {
  const attributes = new Map<string, string>();
  for (const { prefix, path } of eventFiles(dir, 'attributes'))
    for (const event of eventsIn(readCapped(path)))
      for (const { tag, text } of textsOfEvent(event)) attributes.set(keyOf(prefix, tag), text);
  return Object.fromEntries([...attributes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function keyOf(prefix: string, tag: string): string {
  return prefix === '' || prefix === '.guild' ? tag : `${prefix}#${tag}`;
}

/** Scalars of an events file: records of a length (u64), its checksum, an Event message, its checksum. What is torn off is left out. */
export function* parseEvents(bytes: Buffer): Generator<Scalar> {
  for (const event of eventsIn(bytes)) yield* scalarsOfEvent(event);
}

function eventsIn(bytes: Buffer): readonly Buffer[] {
  return eventRecords(bytes).records;
}

/** Value: tag = 1, tensor = 8; TensorProto: string_val = 8. TensorFlow's own writers put `/text_summary` after the tag. */
function textsOfEvent(event: Buffer): { readonly tag: string; readonly text: string }[] {
  const found: { tag: string; text: string }[] = [];
  for (const summary of protobufFields(event)) {
    if (summary.field !== 5) continue;
    for (const value of protobufFields(summary.bytes)) {
      const parts = value.field === 1 ? [...protobufFields(value.bytes)] : [];
      const tag = textIn(parts, 1)?.replace(/\/text_summary$/, '');
      const tensor = parts.find(({ field }) => field === 8);
      const text = tensor === undefined ? undefined : textIn([...protobufFields(tensor.bytes)], 8);
      if (tag !== undefined && text !== undefined) found.push({ tag, text });
    }
  }
  return found;
}

function textIn(fields: readonly ProtobufField[], number: number): string | undefined {
  return fields.find(({ field, wire }) => field === number && wire === 2)?.bytes.toString('utf8');
}

const NOTHING = Buffer.alloc(0);

function readCapped(path: string): Buffer {
  try {
    const bytes = readFileSync(path);
    return bytes.length > MOST_BYTES ? NOTHING : bytes;
  } catch {
    return NOTHING;
  }
}

function eventFiles(
  dir: string,
  of: 'scalars' | 'attributes',
  { prefix, depth } = { prefix: '', depth: 0 },
): { prefix: string; path: string }[] {
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
        return depth < MAX_DEPTH && !SKIPPED.has(path)
          ? eventFiles(dir, of, { prefix: path, depth: depth + 1 })
          : [];
      const isEvents =
        entry.name.includes('.tfevents.') && entry.name.endsWith('.attrs') === (of === 'attributes');
      return isEvents && entry.isFile() ? [{ prefix, path: join(dir, path) }] : [];
    });
}

const MAX_DEPTH = 8;
const SKIPPED: ReadonlySet<string> = new Set(['.guild/attrs', '.guild/sortie', '.guild/proto']);
