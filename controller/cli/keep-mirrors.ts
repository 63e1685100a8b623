import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '#protocol';
import type { Host } from '#controller/remotes';
import { listRuns, refreshMirrors } from '#controller/runs';

/** Listings take what is younger than two of these for known. ms */
const EVERY_MS = 10_000;
/** What the last round may take: a view that is left is gone at once. ms */
const LAST_MS = 1_000;

/**
 * Writes down what hosts say of the runs that are mirrored here, for as long as somebody watches these hosts and once more at the end: a
 * listing knows as much as the view showed. A host that is lost, or a disk that refuses, costs nothing but that.
 */
export function keepMirrors(hosts: readonly Host[], home: string): AsyncDisposable {
  const leaving = new AbortController();
  const round = async (signal: AbortSignal) =>
    Promise.allSettled(
      hosts
        .filter(({ name, link }) => name !== 'local' && link.kind === 'live')
        .map(async (host) => {
          const ids = listRuns(home)
            .filter(({ remote, status }) => remote === host.name && !isFinal(status) && status !== 'staged')
            .map(({ id }) => id);
          if (ids.length > 0) await refreshMirrors(host, ids, { home, signal });
        }),
    );
  const keeping = (async () => {
    while (!leaving.signal.aborted) {
      await round(leaving.signal);
      await sleep(EVERY_MS, null, { signal: leaving.signal }).catch(() => undefined);
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      leaving.abort(new Error('the watch is over'));
      await keeping;
      await round(AbortSignal.timeout(LAST_MS));
    },
  };
}
