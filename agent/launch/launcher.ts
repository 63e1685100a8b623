import type { RunId, StopSignal } from '#protocol';

/** The devices a run is given, and what that means for its environment. */
export interface Grant {
  /** UUIDs, recorded with the attempt: an agent that starts later learns from them what is taken. */
  readonly devices: readonly string[];
  /** Laid over the run's environment: CUDA_VISIBLE_DEVICES and its like. */
  readonly variables: Readonly<Record<string, string>>;
  /** Open descriptors that the run's processes inherit: what locks its devices for as long as they live. */
  readonly descriptors?: readonly number[];
}

export interface StopOptions {
  /** Sent first; TERM when left out. */
  readonly first?: StopSignal | undefined;
  /** Ms from the first signal to TERM, where that is another one, and from TERM to KILL. */
  readonly graceMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Recorded with the stop; `stop` when left out. */
  readonly why?: 'stop' | 'stop-after' | undefined;
}

/**
 * How a staged run is started, watched and ended. The queue asks the launcher, never the other way round. This host's is the
 * `sh` supervisor; a cluster's would be `sbatch`.
 */
export interface Launcher {
  /**
   * Starts the waiting attempt of a run, once: asked again while it runs or after it ended, it does nothing. Resolves when the
   * attempt is under way, or when why it can't be was recorded as the run's outcome. Only a full or broken disk makes it throw.
   */
  start(id: RunId, grant: Grant): Promise<void>;
  /** Ends a run that waits and can never start, with the reason as its outcome. */
  refuse(id: RunId, reason: string): Promise<void>;
  /** True while anything of the run may still be living. */
  isAlive(id: RunId): boolean;
  /** Ends a run, or sees to it that one that waits never starts; resolves when nothing of it is left. */
  stop(id: RunId, options: StopOptions): Promise<void>;
}
