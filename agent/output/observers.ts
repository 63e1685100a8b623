import { createHash } from 'node:crypto';
import { takeLock } from '../life/lock.ts';
import type { Platform } from '../platform/index.ts';
import type { MakeJoiner, Observers } from '../runs/index.ts';
import { Joiner } from '../streams/index.ts';
import { readCheckpoint } from './checkpoint.ts';
import { outputFinder } from './rules.ts';
import { RunOutput } from './run-output.ts';

type Locks = Pick<Platform, 'lockAddress'>;

/** A run's directory in the name of a lock. */
function nameOf(dir: string): string {
  return createHash('sha256').update(dir).digest('hex').slice(0, 16);
}

/** Joins the streams of runs into their output, one agent at a time. */
export function outputJoiner(platform: Locks): MakeJoiner {
  return (join) =>
    new Joiner({ ...join, lock: () => takeLock(platform.lockAddress(`sortie-join-${nameOf(join.dir)}`)) });
}

/** Observes the output of runs: scalars, progress, event files and `output.index`. */
export function outputObservers(platform: Locks): Observers {
  return {
    observe: ({ dir, spec }) => {
      const pen = { take: () => takeLock(platform.lockAddress(`sortie-output-${nameOf(dir)}`)) };
      return RunOutput.open({ dir, attempt: spec.attempt, find: outputFinder(spec), pen });
    },
    recall: (dir) => {
      const known = readCheckpoint(dir);
      return known === null ? null : { scalars: known.scalars, progress: known.progress.now };
    },
  };
}
