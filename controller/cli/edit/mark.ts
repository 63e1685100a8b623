import { editMark } from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { editRuns } from './edit-runs.ts';

/** `sortie mark`. */
export async function execute(invocation: Invocation, context: Context): Promise<number> {
  const marked = invocation.options['clear'] !== true;
  return editRuns(
    {
      verb: marked ? 'mark' : 'unmark',
      patchOf: () => editMark(marked),
      done: (count) => `${marked ? 'Marked' : 'Unmarked'} ${count}`,
    },
    invocation,
    context,
  );
}
