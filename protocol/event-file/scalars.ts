import type { Scalar } from '../scalars/index.ts';
import { protobufFields } from './protobuf-fields.ts';

/** Event: step = 2 (int64), summary = 5; Summary: value = 1; Value: tag = 1, simple_value = 2 (float). */
export function scalarsOfEvent(event: Buffer): Scalar[] {
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
