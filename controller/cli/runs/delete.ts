import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isFinal } from '#protocol';
import { purgeRun, trashRun } from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { actOnRuns } from './act.ts';

/** `sortie delete RUN…`: into the trash, or for good. */
export async function execute(invocation: Invocation, context: Context): Promise<number> {
  const isPermanent = invocation.options['permanent'] === true;
  /** Hosts that keep what was deleted here. */
  const stay = new Set<string>();
  return actOnRuns(
    {
      verb: isPermanent ? 'permanently delete' : 'delete',
      isFinal: isPermanent,
      withTrials: true,
      withoutWords: 'error',
      each: async ({ id, status, remote }, host, { home }) => {
        if (host === null && remote !== null) stay.add(remote);
        if (host !== null) {
          if (!isFinal(status) && status !== 'staged') await host.stop(id);
          await host.remove(id, { purge: isPermanent });
          if (host.name === 'local') return;
        }
        // A run that a host listed may have a mirror here.
        if (!existsSync(join(home, 'runs', id))) return;
        if (isPermanent) purgeRun(home, id, 'runs');
        else trashRun(home, id);
      },
      done: (count) =>
        `${isPermanent ? `permanently deleted ${count}` : `moved ${count} to the trash`}${whereLeft(stay)}`,
    },
    invocation,
    context,
  );
}

function whereLeft(remotes: ReadonlySet<string>): string {
  if (remotes.size === 0) return '';
  const names = [...remotes].sort().join(',');
  return `\nonly the copies here: ${names} still has them, and 'sortie delete --remote ${names}' deletes them there`;
}
