import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shortId } from '#protocol';
import { purgeRun, trashRun, type Run } from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { exclusive } from '../exclusive.ts';
import { actOnRuns } from './act.ts';
import { stopLive } from './stop-live.ts';

/** `sortie delete RUN…`: into the trash, or for good. Nothing is deleted of which a run may go on. */
export async function execute(invocation: Invocation, context: Context): Promise<number> {
  const { options } = invocation;
  const isPermanent = options['permanent'] === true;
  exclusive(options, ['localOnly', 'remote']);
  const isLocalOnly = options['localOnly'] === true;
  /** Runs of which only the copy here is deleted. */
  const stay: Run[] = [];
  return actOnRuns(
    {
      verb: isPermanent ? 'permanently delete' : 'delete',
      isFinal: isPermanent,
      withTrials: true,
      withoutWords: 'error',
      before: async (runs, acting) =>
        stopLive(isLocalOnly ? runs.filter(({ remote }) => remote === null) : runs, acting),
      each: async (run, host, { home }) => {
        const { id, remote } = run;
        if (host === null && remote !== null) stay.push(run);
        if (host !== null) {
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

function whereLeft(runs: readonly Run[]): string {
  const [first] = runs;
  if (first === undefined) return '';
  const hosts = [...new Set(runs.map(({ remote }) => remote ?? ''))].sort().join(',');
  return runs.length === 1
    ? `\nit stays on ${hosts}; 'sortie delete -r ${hosts} ${shortId(first.id)}' deletes it there too`
    : `\n${runs.length} of them stay on ${hosts}; 'sortie delete -r ${hosts} RUN…' deletes them there too`;
}
