import { purgeRun } from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { actOnRuns } from './act.ts';

/** `sortie runs purge [RUN…]`: the whole trash without a run. */
export async function execute(invocation: Invocation, context: Context): Promise<number> {
  return actOnRuns(
    {
      verb: 'permanently delete',
      deleted: true,
      isFinal: true,
      withoutWords: 'all',
      each: async ({ id }, host, { home }) => {
        if (host !== null) await host.remove(id, { purge: true });
        purgeRun(home, id);
      },
      done: (count) => `Permanently deleted ${count}`,
    },
    invocation,
    context,
  );
}
