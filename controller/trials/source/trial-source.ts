import type { ValueMap } from '#protocol';
import type { Flags } from '../flags.ts';

/** A trial to run, and its place in the batch from 0. The place is its identity: it never changes and is never used twice. */
export interface ProposedTrial {
  readonly index: number;
  readonly flags: Flags;
  /** What a batch's log says of how it came to be. */
  readonly note?: string;
}

/** What became of a proposed trial. */
export interface TrialResult {
  readonly index: number;
  readonly flags: Flags;
  /** To be made small; null where the trial failed or gave none. */
  readonly objective: number | null;
  /** `lost`: it ended by no fault of its flags, of which nothing is known by it. */
  readonly outcome: 'completed' | 'failed' | 'lost';
}

/**
 * What a source has to say: trials to run now, or that no more will come. `trials` may be
 * fewer than asked for, and `more` says whether asking again can give any.
 */
export interface Proposal {
  readonly trials: readonly ProposedTrial[];
  /** `now`: ask as soon as there is room; `none`: the source is exhausted. */
  readonly more: 'now' | 'none';
}

/**
 * Where a batch's trials come from: a grid, files, a random search, or something that learns. One owner asks, one question at a time.
 *
 * The same spec, state and results always give the same proposals, so a batch whose coordinator died goes on by `state()` as it was
 * written down before the trials were handed out; a trial proposed again for want of that has the same index and the same flags.
 */
export interface TrialSource {
  /** How many trials there will be; null where only results can tell. */
  readonly total: number | null;
  /** Its trials are the better the more results it has: none is to be asked for before there is a free slot. */
  readonly learns: boolean;
  /** Up to `count` trials, given all results so far in the order in which trials ended. */
  propose(count: number, results: readonly TrialResult[]): Proposal;
  /** What a restarted batch needs to go on: written by `dumpYaml`, or as JSON. */
  state(): ValueMap;
}
