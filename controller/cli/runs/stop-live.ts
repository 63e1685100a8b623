import { isFinal, shortId, UserError } from '#protocol';
import type { Run } from '#controller/runs';
import type { RunPlace } from '../find-run.ts';
import { stopRuns } from '../stop-runs.ts';
import type { Acting } from './act.ts';

/**
 * Stops those of some runs that have not ended, on the hosts that have them. Errors: what keeps one from being stopped, which may then
 * go on; `still-running` where its host would not stop it.
 */
export async function stopLive(runs: readonly Run[], { context, fleet }: Acting): Promise<void> {
  const live = runs.filter(({ status }) => !isFinal(status));
  const places = await Promise.all(live.map(async (run) => guarded(run, placeOf(run, fleet))));
  const running = places.filter((place) => place !== null);
  const ends = await stopRuns(running, { context, fleet, how: {} });
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const going = ends.find((end) => end.status === 'fulfilled' && !isFinal(end.value.status));
  if (going?.status !== 'fulfilled') return;
  throw new UserError({
    code: 'still-running',
    message: `run ${shortId(going.value.id)} is still ${going.value.status}, so nothing was deleted`,
    hint: 'Delete it when it has ended.',
  });
}

/** Where a run goes on or waits; null for one that doesn't, whatever was known of it here. */
async function placeOf({ id, remote }: Run, fleet: Acting['fleet']): Promise<RunPlace | null> {
  const opened = await fleet.open(remote ?? 'local');
  try {
    const { status } = await opened.host.run(id);
    return status === 'pending' || status === 'running' ? { id, opened } : null;
  } catch (error) {
    if (error instanceof UserError && error.code === 'no-such-run') return null;
    throw error;
  }
}

/** An error of the host, as one of the deletion. */
async function guarded<T>({ id, remote, status }: Run, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof UserError) || remote === null) throw error;
    throw new UserError({
      code: error.code,
      message: `nothing was deleted: run ${shortId(id)} was ${status} on ${remote} and could not be stopped: ${error.message}`,
      hint: `Try again when ${remote} can be reached, or delete only what is on this machine with --local-only.`,
      cause: error,
    });
  }
}
