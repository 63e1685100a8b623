import { takeLock } from '../life/lock.ts';
import type { MakeJoiner, Observers } from '../runs/index.ts';
import { Joiner } from '../streams/index.ts';
import { readCheckpoint } from './checkpoint.ts';
import { notePassedOver } from './passed-over.ts';
import { ReadingMark } from './reading-mark.ts';
import { findNothing, outputFinder } from './rules.ts';
import { RunOutput } from './run-output.ts';

/** The addresses of a lock, by what it is of. */
type LockOf = (what: string) => readonly string[];

/** Joins the streams of runs into their output, one agent at a time. */
export function outputJoiner(lockOf: LockOf): MakeJoiner {
  return (join) => new Joiner({ ...join, lock: () => takeLock(lockOf(`join ${join.dir}`)) });
}

/** Observes the output of runs: scalars, progress, event files and `output.index`. */
export function outputObservers(lockOf: LockOf): Observers {
  return {
    observe: ({ dir, spec }) => {
      const pen = { take: () => takeLock(lockOf(`output ${dir}`)) };
      const tell = (words: string) => notePassedOver(dir, words);
      const mark = new ReadingMark(dir);
      if (mark.isPoisoned)
        tell('output is not read for scalars, attributes and progress: an agent hung or died over it');
      const find = mark.isPoisoned ? findNothing : outputFinder(spec, tell);
      return RunOutput.open({ dir, attempt: spec.attempt, find, pen, mark });
    },
    recall: (dir) => {
      const known = readCheckpoint(dir);
      return known === null ? null : { scalars: known.scalars, progress: known.progress.now };
    },
  };
}
