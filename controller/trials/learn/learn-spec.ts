import type { Flags } from '../flags.ts';
import type { LearnOptions, Learner } from './learn-options.ts';

/** A trial of which the objective is known. */
export interface Observation {
  readonly flags: Flags;
  /** To be made small. */
  readonly objective: number;
}

/** All that decides what a search that learns proposes, besides results. Plain data. */
export interface LearnSpec {
  readonly learner: Learner;
  readonly options: LearnOptions;
  /** The flags of its trials, search spaces among them. */
  readonly flags: Flags;
  /** As the user names it, for what is told. */
  readonly objective: string;
  readonly total: number;
  readonly seed: bigint;
  /** Earlier runs, those of other batches among them. */
  readonly previous: readonly Observation[];
  /** The first trial has the initial values of search spaces. */
  readonly startsInitial: boolean;
}
