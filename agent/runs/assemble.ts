import { isFinal, type RunState } from '#protocol';
import { deriveOutcome, type RunFacts } from '../state/index.ts';

/** What is known of a run besides its facts. */
export interface Surroundings {
  /** What was derived from its output; null where nothing was. */
  readonly observed: Pick<RunState, 'scalars' | 'progress'> | null;
  /** Its place in the queue, asked for only while it waits. */
  readonly place: (id: string) => RunState['queue'];
}

/** A run's state as it is told. */
export function assembleState(facts: RunFacts, { observed, place }: Surroundings): RunState {
  const { status, exitStatus, reason } = deriveOutcome(facts);
  const spec = facts.recorded?.spec ?? null;
  const running = status === 'running';
  return {
    id: facts.id,
    attempt: spec?.attempt ?? 1,
    status,
    exitStatus,
    reason,
    initialized: facts.initialized,
    started: facts.started,
    stopped: isFinal(status) ? facts.stopped : null,
    outputBytes: facts.outputBytes,
    gpus: running ? [...(facts.intent?.devices ?? [])] : [],
    batch: spec?.batch?.id ?? null,
    queue: status === 'pending' ? place(facts.id) : null,
    scalars: observed?.scalars ?? {},
    progress: running ? (observed?.progress ?? null) : null,
  };
}
