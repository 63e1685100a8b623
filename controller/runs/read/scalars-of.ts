import type { ScalarSummary } from '#protocol';
import { readScalars } from './event-file.ts';
import type { Run } from './run.ts';

export type Scalars = Readonly<Record<string, ScalarSummary>>;

/** A run's scalars: of events files where they are here, else as its host last told. */
export function scalarsOf(run: Run): Scalars {
  return run.dir === '' ? run.scalars : { ...run.scalars, ...readScalars(run.dir) };
}

/** Those of a run that has ended: of its output as its host told, which has them in full, and besides them what its own events files have. */
export function finalScalars(dir: string, told: Scalars): Scalars {
  return { ...readScalars(dir), ...told };
}
