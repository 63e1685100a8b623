import { isFinal, type RunStatus } from '#protocol';
import { objectiveIn, objectiveOf } from './objective.ts';
import type { RunView, ViewState } from './state.ts';

/** Before this fraction, what is left is not guessed: the start of a run is not like its rest. */
const GUESS_FROM = 0.02;

export type Counts = Readonly<Record<RunStatus, number>>;

/** The runs that rows are made of: a batch's trials, or all runs where there is no batch. */
export function trialsOf(state: ViewState): readonly RunView[] {
  const { batch } = state;
  const runs = [...state.runs.values()];
  if (batch === null) return runs;
  return runs.filter((run) => run.id !== batch.id && (run.state.batch ?? run.meta?.batch?.id) === batch.id);
}

export function countByStatus(runs: readonly RunView[]): Counts {
  const counts: Record<RunStatus, number> = {
    staged: 0,
    pending: 0,
    running: 0,
    completed: 0,
    error: 0,
    terminated: 0,
    lost: 0,
  };
  for (const run of runs) counts[run.state.status] += 1;
  return counts;
}

/** Milliseconds that a run has run, by its own host's clock; null before its start. */
export function elapsed(state: ViewState, run: RunView, now: number): number | null {
  const { started, stopped, status } = run.state;
  if (started === null) return null;
  if (stopped !== null && isFinal(status)) return Math.max(0, (stopped - started) / 1000);
  const ahead = state.hosts.get(run.host)?.clockAhead ?? 0;
  return Math.max(0, now + ahead - started / 1000);
}

/** Milliseconds until a running run ends, if the rest goes as it went; null where nothing tells, or it is late. */
export function runTimeLeft(state: ViewState, run: RunView, now: number): number | null {
  const fraction = run.state.progress?.fraction ?? null;
  if (run.state.status !== 'running' || fraction === null || fraction < GUESS_FROM) return null;
  // Its progress is as old as its last word: the time since then is not work seen.
  const seen = elapsed(state, run, Math.min(now, run.toldAt));
  if (seen === null) return null;
  const left = (seen * (1 - Math.min(1, fraction))) / fraction - (now - Math.min(now, run.toldAt));
  // It should have told of more by now: the guess was wrong, and there is no better one.
  return left < 0 ? null : left;
}

/**
 * Milliseconds until a batch ends: the work of trials not ended, each as long as the ended ones were on average, over those that run at once.
 * null until a trial has ended and while nothing runs.
 */
export function batchTimeLeft(state: ViewState, trials: readonly RunView[], now: number): number | null {
  const total = state.batch?.total ?? null;
  const done = trials.filter((run) => run.state.status === 'completed' || run.state.status === 'error');
  const running = trials.filter((run) => run.state.status === 'running');
  const ended = trials.filter((run) => isFinal(run.state.status)).length;
  if (ended === (total ?? trials.length) && total !== null) return 0;
  if (done.length === 0 || running.length === 0) return null;
  const mean = done.reduce((sum, run) => sum + (elapsed(state, run, now) ?? 0), 0) / done.length;
  const notStarted = Math.max(0, (total ?? trials.length + state.unplaced) - ended - running.length);
  const inRunning = running.reduce((sum, run) => {
    const guess = runTimeLeft(state, run, now) ?? mean - (elapsed(state, run, now) ?? 0);
    return sum + Math.max(0, guess);
  }, 0);
  return (notStarted * mean + inRunning) / running.length;
}

/**
 * The completed run with the best value of the objective, or none yet. Runs of several operations can't be compared: without a batch it is
 * one of the same operation as `like`, or there is none.
 */
export function incumbent(
  state: ViewState,
  trials: readonly RunView[],
  like: RunView | null = null,
): { readonly run: RunView; readonly value: number } | null {
  const objective = objectiveOf(state);
  if (objective === null) return null;
  const sign = objective.better === 'lower' ? 1 : -1;
  let best: { run: RunView; value: number } | null = null;
  const completed = trials.filter((run) => run.state.status === 'completed');
  const wanted = like?.meta?.operation;
  const among =
    state.batch !== null || wanted === undefined
      ? completed
      : completed.filter(({ meta }) => meta?.operation === wanted);
  if (state.batch === null && new Set(among.map(({ meta }) => meta?.operation)).size > 1) return null;
  for (const run of among) {
    const value = objectiveIn(objective, run);
    if (value === null || !Number.isFinite(value)) continue;
    if (best === null || sign * value < sign * best.value) best = { run, value };
  }
  return best;
}
