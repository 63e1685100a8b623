import * as v from 'valibot';
import { StopSignal } from '#protocol';
import { readIfThere } from '../home/index.ts';

/** What an attempt's intent says. */
export const Intent = v.object({
  /** UUIDs of the devices it was given. */
  devices: v.array(v.string()),
  /** The kernel's count of what it killed for want of memory, as it was then. */
  memory: v.nullable(v.object({ file: v.string(), count: v.number() })),
  /** The output's length then, in bytes: what the attempt's streams are joined from. Agents that had no such streams have written none. */
  outputFrom: v.optional(v.number()),
  /** When it was launched: µs since the epoch. */
  at: v.number(),
});
export type Intent = v.InferOutput<typeof Intent>;

/** Why a run never started, or was lost: recorded once, and so not judged anew. `at` in µs since the epoch. */
export const Problem = v.object({
  kind: v.picklist(['error', 'lost', 'terminated']),
  message: v.string(),
  at: v.number(),
});
export type Problem = v.InferOutput<typeof Problem>;

/** A stop that was asked for: why (`stop` or `stop-after`), and what was sent first (TERM where an older agent didn't say). */
export const Stop = v.object({ why: v.string(), signal: v.optional(StopSignal, 'TERM') });
export type Stop = v.InferOutput<typeof Stop>;

/** The supervisor's exit receipt. */
export interface ExitReceipt {
  readonly status: number;
  /** µs since the epoch. */
  readonly at: number;
  /** The kernel's count of what it killed for want of memory, where the supervisor looked. */
  readonly memoryKills: number | null;
}

/** Behind the receipt's line may be what was reserved for it. */
export function parseExit(text: string): ExitReceipt | null {
  const fields = /^(-?\d+)\t(\d+)\t(\d*)\n *$/.exec(text);
  const [, status, at, kills] = fields ?? [];
  if (status === undefined || at === undefined) return null;
  const receipt = {
    status: Number(status),
    at: Number(at),
    memoryKills: kills === '' ? null : Number(kills),
  };
  return Object.values(receipt).every((value) => value === null || Number.isSafeInteger(value))
    ? receipt
    : null;
}

/** A receipt of JSON, or null when there is none, or only the beginning of one that a power cut left. */
export function readReceipt<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): v.InferOutput<Schema> | null {
  const text = readIfThere(path);
  if (text === null) return null;
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
