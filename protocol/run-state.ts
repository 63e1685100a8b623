import * as v from 'valibot';
import { RunId } from './ids.ts';

/** staged → pending → running → completed | error | terminated | lost */
export const RunStatus = v.picklist([
  'staged',
  'pending',
  'running',
  'completed',
  'error',
  'terminated',
  'lost',
]);
export type RunStatus = v.InferOutput<typeof RunStatus>;

const FINAL: ReadonlySet<RunStatus> = new Set(['completed', 'error', 'terminated', 'lost']);

/** True when nothing will change a run's status any more, short of a restart. */
export function isFinal(status: RunStatus): boolean {
  return FINAL.has(status);
}

/** Microseconds since the epoch, as Guild's attributes have it. What is no date is refused. */
const Micros = v.pipe(v.number(), v.minValue(-8.64e18), v.maxValue(8.64e18));
const Timestamp = v.nullable(Micros);
const Count = v.pipe(v.number(), v.minValue(0), v.safeInteger());

/** A scalar's value. JSON has no word for a loss that went to NaN or infinity and says null, which reads as NaN. */
const Measure = v.pipe(
  v.union([v.number(), v.nan(), v.null()]),
  v.transform((value) => value ?? Number.NaN),
);

/** A scalar read from output, summed up over its steps. */
export const ScalarSummary = v.strictObject({
  first: Measure,
  last: Measure,
  min: Measure,
  max: Measure,
  total: Measure,
  count: v.number(),
  /** The step of `last`. */
  step: v.number(),
});
export type ScalarSummary = v.InferOutput<typeof ScalarSummary>;

/** What is so about a run on its host, derived from its directory. */
export const RunState = v.strictObject({
  id: RunId,
  attempt: Count,
  status: RunStatus,
  /** The process's exit status; negative for a signal; null when there is none. */
  exitStatus: v.nullable(v.number()),
  /** Why a run is lost, was stopped, or is an error where its exit status doesn't say it: it never started, or a signal ended it. */
  reason: v.nullable(v.string()),
  initialized: Timestamp,
  started: Timestamp,
  stopped: Timestamp,
  /** Bytes in the output file now. */
  outputBytes: Count,
  /** UUIDs of the devices it holds. */
  gpus: v.array(v.string()),
  batch: v.nullable(RunId),
  /** While it waits: its place from 1, what it waits for, since when (µs). */
  queue: v.nullable(v.strictObject({ place: Count, waitsFor: v.string(), since: Micros })),
  scalars: v.record(v.string(), ScalarSummary),
  /** Read from output: a fraction from 0 to 1 where one is known, and the words, such as `epoch 3/10`. */
  progress: v.nullable(v.strictObject({ fraction: v.nullable(v.number()), text: v.string() })),
});
export type RunState = v.InferOutput<typeof RunState>;

/** A run in a listing: its state and the YAML text of the attributes asked for, `opref` among them. */
export const RunListing = v.strictObject({ state: RunState, attrs: v.record(v.string(), v.string()) });
export type RunListing = v.InferOutput<typeof RunListing>;
