import type { RunRequest } from '../request.ts';

/** What has to be so after a step has run. */
export type Expectation =
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly contains: string | null;
      readonly compareTo: string | null;
    }
  | { readonly kind: 'output'; readonly pattern: string };

/** One run of a pipeline. Steps run one after the other, and the first that fails ends the pipeline. */
export interface StepPlan {
  /** The name of its link in the pipeline's run directory; a repeated one gets `_2`, `_3`. */
  readonly name: string;
  readonly request: RunRequest;
  readonly expect: readonly Expectation[];
  /** Operation dependencies see only the runs of this pipeline. */
  readonly isolateRuns: boolean;
}
