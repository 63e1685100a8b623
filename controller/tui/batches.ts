import { isFinal, type RunId } from '#protocol';
import type { RunView, ViewState } from './state.ts';

/** What is known of a batch by the trials that hosts tell of. */
interface BatchCount {
  readonly ended: number;
  readonly known: number;
}

const counted = new WeakMap<ViewState, ReadonlyMap<RunId, BatchCount>>();

/** The batches that trials name, each with how many of them are known and have ended. */
function batchesIn(state: ViewState): ReadonlyMap<RunId, BatchCount> {
  const before = counted.get(state);
  if (before !== undefined) return before;
  const batches = new Map<RunId, BatchCount>();
  for (const { state: run } of state.runs.values()) {
    if (run.batch === null) continue;
    const { ended, known } = batches.get(run.batch) ?? { ended: 0, known: 0 };
    batches.set(run.batch, { ended: ended + (isFinal(run.status) ? 1 : 0), known: known + 1 });
  }
  counted.set(state, batches);
  return batches;
}

/** Whether a run is the coordinator of a batch. */
export function isBatch(state: ViewState, { id, meta }: RunView): boolean {
  return (meta?.trials ?? null) !== null || batchesIn(state).has(id);
}

/** How many trials of a live batch have ended, of how many; null for any other run. */
export function trialsProgress(
  state: ViewState,
  run: RunView,
): { readonly ended: number; readonly total: number } | null {
  const total = run.meta?.trials ?? null;
  if (total === null || isFinal(run.state.status)) return null;
  return { ended: batchesIn(state).get(run.id)?.ended ?? 0, total };
}

/** Trials of live batches that no host was given yet. */
export function unplacedTrials(state: ViewState, runs: readonly RunView[]): number {
  return runs.reduce((sum, run) => {
    const progress = trialsProgress(state, run);
    const known = batchesIn(state).get(run.id)?.known ?? 0;
    return sum + (progress === null ? 0 : Math.max(0, progress.total - known));
  }, 0);
}

/** A trial that its host was not asked about yet does what the others of its batch do. */
export function operationOf(state: ViewState, { meta, state: { batch } }: RunView): string {
  return meta?.operation ?? state.operations.get(batch ?? '') ?? '';
}
