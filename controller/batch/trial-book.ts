import type { TrialResult } from '#controller/trials';
import type { BatchFile, Trial } from './batch-file.ts';

/** The trials of a batch, and what became of them: by their place in it. */
export interface TrialBook {
  /** Each is better for the results before it. */
  readonly learns: boolean;
  /** A trial that its host may have; undefined before it was proposed. */
  known(place: number): Trial | undefined;
  /** A trial, which may be proposed only now. */
  at(place: number): Promise<Trial>;
  /** A trial is through, and what it gave. */
  ended(place: number, result: Pick<TrialResult, 'objective' | 'outcome'>): void;
}

/** Trials that are all known when the batch is started. */
export function fixedTrials({ trials }: BatchFile): TrialBook {
  return {
    learns: false,
    known: (place) => trials[place],
    at: async (place) => trialOf(trials, place),
    ended: () => undefined,
  };
}

export function trialOf(trials: readonly Trial[], place: number): Trial {
  const trial = trials[place];
  if (trial === undefined) throw new Error(`Expected a trial of the batch, got ${place}`);
  return trial;
}
