import { join } from 'node:path';
import { isFinal, shortId, type RunState } from '#protocol';
import { describeBatch } from '#controller/batch';
import type { StopHow } from '#controller/remotes';
import { adoptTrials, mirrorRun, readMirrorFile } from '#controller/runs';
import type { Context } from './context.ts';
import type { RunPlace } from './find-run.ts';
import type { Fleet } from './fleet.ts';
import { tellOfLink } from './link-notices.ts';

export interface Stopping {
  readonly context: Context;
  readonly fleet: Fleet;
  readonly how: StopHow;
}

/** Stops runs on their hosts, batches first. One that fails keeps no other from being stopped. */
export async function stopRuns(
  places: readonly RunPlace[],
  stopping: Stopping,
): Promise<PromiseSettledResult<RunState>[]> {
  const stopAll = async (some: readonly RunPlace[]) =>
    Promise.allSettled(some.map(async (place) => stopRun(place, stopping)));
  // Whatever starts others ends first: a trial's place would be taken by the next.
  const isBatch = ({ id }: RunPlace) => describeBatch(join(stopping.context.home, 'runs', id)) !== null;
  return [
    ...(await stopAll(places.filter(isBatch))),
    ...(await stopAll(places.filter((place) => !isBatch(place)))),
  ];
}

/** Stops one run, brings its mirror up to date and says what was done. */
async function stopRun({ id, opened }: RunPlace, stopping: Stopping): Promise<RunState> {
  const { context, fleet, how } = stopping;
  using _links = tellOfLink(opened.host, fleet);
  const before = await opened.host.run(id);
  const after = await opened.host.stop(id, how);
  await stopTrials({ id, opened }, stopping);
  // What is known of it here would be that it runs.
  if (readMirrorFile(join(context.home, 'runs', id)) !== null)
    await mirrorRun(opened.host, id, { home: context.home, follow: false });
  context.stderr.write(`${told(before, after)}\n`);
  return after;
}

function told(before: RunState, after: RunState): string {
  const id = shortId(after.id);
  if (isFinal(before.status)) return `${id} had already ended (${before.status})`;
  // What Guild started only Guild ends: nothing here knows its processes by more than a number.
  return isFinal(after.status)
    ? `stopped ${id} (${after.status})`
    : `${id} is still ${after.status}: Sortie did not start it. Stop it with 'guild stop ${id}'`;
}

/**
 * A batch's coordinator stops its trials when it is stopped; where it died before, they are stopped from here. Those that it did not come
 * to record here are recorded now.
 */
async function stopTrials({ id, opened }: RunPlace, { context, fleet, how }: Stopping): Promise<void> {
  const described = describeBatch(join(context.home, 'runs', id));
  const names = described?.remotes ?? [opened.host.name];
  const { signal } = new AbortController();
  await Promise.all(
    names.map(async (name) => {
      const { host } = await fleet.open(name);
      if (described !== null) await host.stopBatch(id, how);
      if (name !== 'local') await adoptTrials(host, id, { home: context.home, signal });
    }),
  );
}
