import type { OutputStream, RunSpec, RunState } from '#protocol';

/**
 * Reads a run's output on the host as it grows, and owns what it derives from it: scalars, progress, events files,
 * `output.index`. It is fed every byte once and in order, in any pieces, and never two runs' bytes.
 */
export interface RunObserver {
  /** How many bytes of the output it has already taken in, over all its lives: feeding goes on there. */
  readonly offset: number;
  feed(chunk: Uint8Array, stream: OutputStream): void;
  readonly scalars: RunState['scalars'];
  readonly progress: RunState['progress'];
  /** Puts what it has on disk, so that the next agent's observer goes on from here; called while it is idle, and before it ends. */
  save(): Promise<void>;
  /** The run has ended and all its bytes were fed. */
  end(): Promise<void>;
}

/** Joins an attempt's streams into the run's output. */
export interface OutputJoiner {
  /** Resolves when all is joined, or at the signal that it was made with. */
  run(): Promise<void>;
  /** Looks again now: the run may have ended. */
  look(): void;
  /** The run has ended, and there is no space to join what it wrote. */
  readonly isStuck: boolean;
}

/** Makes the joiner of an attempt whose streams are apart. `from`: the output's length when it began; `ended`: nothing more will be written. */
export type MakeJoiner = (join: {
  readonly dir: string;
  readonly attempt: number;
  readonly from: number;
  readonly ended: () => boolean;
  readonly signal: AbortSignal;
}) => OutputJoiner;

export interface ObservedRun {
  /** The run directory. */
  readonly dir: string;
  readonly spec: RunSpec;
}

/** Makes the observer of a run that is live, or one that only tells what was derived of a run that has ended. */
export interface Observers {
  observe(run: ObservedRun): Promise<RunObserver>;
  /** Scalars of a run that isn't live, from what was saved; null when nothing was. */
  recall(dir: string): Pick<RunState, 'scalars' | 'progress'> | null;
}
