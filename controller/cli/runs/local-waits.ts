import type { RunState } from '#protocol';
import type { Run } from '#controller/runs';
import type { Fleet } from '../fleet.ts';

/** The agent of this machine answers in a few ms; a listing doesn't wait for longer than this for one that doesn't. */
const WAIT_MS = 1_000;

export function waitsHere({ remote, status, isOurs }: Run): boolean {
  return remote === null && status === 'pending' && isOurs;
}

/** Runs that wait on this machine, with what they wait for: of that only the agent knows. */
export async function withLocalWaits(runs: readonly Run[], fleet: Fleet): Promise<Run[]> {
  const queues = new Map<string, RunState['queue']>();
  try {
    const { host } = await fleet.open('local');
    for (const { state } of await host.runs({ attrs: [] }, { signal: AbortSignal.timeout(WAIT_MS) }))
      queues.set(state.id, state.queue);
  } catch {
    // What they wait for is not told then.
  }
  return runs.map((run) => (waitsHere(run) ? { ...run, queue: queues.get(run.id) ?? null } : run));
}
