import { isBatch, listRuns, readMirrorFile, type Run } from '#controller/runs';
import type { Fleet } from '../fleet.ts';

/** A run that a host has, by the remote that it is known under. */
export interface RunThere {
  readonly id: string;
  readonly remote: string;
}

/** What hosts have of some runs: the runs that are theirs, and the trials of those that are batches, wherever these ran. */
export async function withTrials(
  runs: readonly Run[],
  { home, fleet }: { readonly home: string; readonly fleet: Fleet },
): Promise<RunThere[]> {
  const found = new Map<string, RunThere>();
  for (const run of runs) {
    const { id, remote } = run;
    const isThere = remote !== null && remote !== 'local';
    if (isThere) found.set(id, { id, remote });
    if (!isBatch(run)) continue;
    const trials = isThere ? await trialsOn(remote, id, fleet) : trialsOfMirrors(home, id);
    for (const trial of trials) found.set(trial.id, trial);
  }
  return [...found.values()];
}

/** Those of a batch that its host feeds itself. */
async function trialsOn(remote: string, batch: string, fleet: Fleet): Promise<RunThere[]> {
  const { host } = await fleet.open(remote);
  const listed = await host.runs({ attrs: [] });
  return listed.filter(({ state }) => state.batch === batch).map(({ state }) => ({ id: state.id, remote }));
}

/** Those of a batch of this machine, which has a mirror of each. */
function trialsOfMirrors(home: string, batch: string): RunThere[] {
  return listRuns(home).flatMap(({ id, dir }) => {
    const mirror = readMirrorFile(dir);
    return mirror?.state.batch === batch ? [{ id, remote: mirror.remote }] : [];
  });
}
