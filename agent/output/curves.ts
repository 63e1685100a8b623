import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { CurveBuilder, eventRecords, MOST_POINTS, scalarsOfEvent, type Curve } from '#protocol';
import { runFiles } from '../home/index.ts';
import { readCheckpoint } from './checkpoint.ts';

/** Scalars whose courses are told: a program may print thousands. */
const MOST_SCALARS = 100;

/** The courses of a run's scalars so far, by tag, of the attempt that is told of; empty where nothing was recorded. At most `points` each. */
export async function readCurves(dir: string, points: number): Promise<Record<string, Curve>> {
  const events = readCheckpoint(dir)?.events ?? null;
  if (events === null) return {};
  const curves = new Map<string, CurveBuilder>();
  // Only to where the checkpoint is: what is beyond may be half a record.
  const path = join(runFiles(dir).guild, events.name);
  let rest = Buffer.alloc(0);
  for await (const chunk of events.length === 0 ? [] : createReadStream(path, { end: events.length - 1 })) {
    const { records, used } = eventRecords(Buffer.concat([rest, chunk as Buffer]));
    for (const record of records) {
      for (const { tag, value } of scalarsOfEvent(record)) {
        const known = curves.get(tag);
        if (known === undefined && curves.size >= MOST_SCALARS) continue;
        const curve = known ?? new CurveBuilder(Math.min(points, MOST_POINTS));
        curves.set(tag, curve);
        curve.add(value);
      }
    }
    rest = Buffer.concat([rest, chunk as Buffer]).subarray(used);
  }
  return Object.fromEntries([...curves].map(([tag, { curve }]) => [tag, curve]));
}
