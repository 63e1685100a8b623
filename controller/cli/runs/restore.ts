import { restoreRun } from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { actOnRuns } from './act.ts';

/** `sortie runs restore RUN…`. */
export async function execute(invocation: Invocation, context: Context): Promise<number> {
  return actOnRuns(
    {
      verb: 'restore',
      deleted: true,
      withoutWords: 'error',
      each: async ({ id }, host, { home }) => {
        if (host !== null) await host.restore(id);
        restoreRun(home, id);
      },
      done: (count) => `Restored ${count}`,
    },
    invocation,
    context,
  );
}
