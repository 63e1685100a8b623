import { createHash } from 'node:crypto';
import { takeLock } from '../life/lock.ts';
import type { Platform } from '../platform/index.ts';
import type { Observers } from '../runs/index.ts';
import { readCheckpoint } from './checkpoint.ts';
import { outputFinder } from './rules.ts';
import { RunOutput } from './run-output.ts';

/** Observes the output of runs: scalars, progress, event files and `output.index`. */
export function outputObservers(platform: Pick<Platform, 'lockAddress'>): Observers {
  return {
    observe: ({ dir, spec }) => {
      const name = createHash('sha256').update(dir).digest('hex').slice(0, 16);
      const pen = { take: () => takeLock(platform.lockAddress(`sortie-output-${name}`)) };
      return RunOutput.open({ dir, attempt: spec.attempt, find: outputFinder(spec), pen });
    },
    recall: (dir) => {
      const known = readCheckpoint(dir);
      return known === null ? null : { scalars: known.scalars, progress: known.progress.now };
    },
  };
}
