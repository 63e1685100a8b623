import { encodeValue, isList, isMap, type Value } from '#protocol';
import { isoTime } from './format.ts';
import type { Scalars } from '../read/scalars-of.ts';
import { operationName } from '../read/opref.ts';
import { attributeOf, flagsOf, isMarked, labelOf, tagsOf, timeOf, type Run } from '../read/run.ts';

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A run in `runs --json`: Guild's keys, and ours beside them. Times are ISO 8601, of UTC. docs/json.md describes it. */
export function runJson(run: Run, scalars: Scalars): Json {
  return {
    id: run.id,
    run_dir: run.dir,
    opref: run.opref,
    operation: operationName(run.opref, run.protoOpref),
    status: run.status,
    remote: run.remote,
    batch: run.batch,
    seen: isoTime(run.seen),
    reason: run.reason,
    exit_status: run.exitStatus,
    waits_for: run.queue?.waitsFor ?? null,
    waits_since: isoTime(run.queue?.since ?? null),
    cmd: jsonOf(attributeOf(run, 'cmd') ?? null),
    marked: isMarked(run),
    label: labelOf(run),
    tags: tagsOf(run),
    flags: jsonOf(flagsOf(run)),
    scalars: scalarsJson(scalars),
    started: isoTime(timeOf(run, 'started')),
    stopped: isoTime(timeOf(run, 'stopped')),
  };
}

export function formatRunsJson(runs: readonly Run[], scalarsOf: (run: Run) => Scalars): string {
  return `${JSON.stringify(runs.map((run) => runJson(run, scalarsOf(run))))}\n`;
}

/** The last value of each, with its step, and the least and greatest. */
function scalarsJson(scalars: Scalars): Json {
  return Object.fromEntries(
    Object.entries(scalars).map(([name, { last, step, min, max }]) => {
      const values = { last, min, max };
      return [
        name,
        { ...Object.fromEntries(Object.entries(values).map(([key, x]) => [key, jsonOf(x)])), step },
      ];
    }),
  );
}

/** Python's values as JSON has them: an int or float that no JSON number can be is text. */
export function jsonOf(value: Value): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (isList(value)) return value.map(jsonOf);
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonOf(item)]));
  return encodeValue(value);
}
