import type { Value } from '../value.ts';

/** A run that generates trials. What the trials are is for controller/trials to say: it gets the flags of the plan and these. */
export interface BatchPlan {
  /** `+` for a grid and batch files, `random`, `gp` and so on, or any operation that is used as an optimizer. */
  readonly operation: string;
  readonly opref: string;
  /** Flags of the batch operation itself. */
  readonly flags: ReadonlyMap<string, Value>;
  readonly userFlags: ReadonlyMap<string, Value>;
  /** The rows of all batch files, in order, as maps of flag values; null where there is no file. */
  readonly rows: readonly ReadonlyMap<string, Value>[] | null;
  /** Null: as many as the rows, else the operation's default. */
  readonly maxTrials: number | null;
  /** `--max-trials` was given: there is nothing to tell of the limit. */
  readonly isLimitAsked: boolean;
  /** `loss`, or `-accuracy` to maximize. */
  readonly objective: string;
  readonly label: string | null;
  readonly tags: readonly string[];
  readonly comment: string | null;
  readonly stageTrials: boolean;
  readonly failOnTrialError: boolean;
  /** Flag by flag, what a search may draw from when the user gave no value: choices, or `DIST[min:max:default]`. */
  readonly searchSpace: ReadonlyMap<string, Value>;
}
