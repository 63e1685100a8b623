import { usageError } from '#protocol';
import { editTags, printable, tagsOf } from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { chosenRuns } from '../runs/filters.ts';
import { editRuns } from './edit-runs.ts';

/** `sortie tag`. */
export async function execute(invocation: Invocation, context: Context): Promise<number> {
  const { options } = invocation;
  if (options['listAll']) return listTags(invocation, context);
  const [add, remove] = ['add', 'delete'].map(
    (name) => (options[name] as readonly string[] | undefined) ?? [],
  );
  const clear = options['clear'] === true;
  if (add?.length === 0 && remove?.length === 0 && !clear) {
    throw usageError({
      code: 'usage',
      message: 'no tags given',
      hint: "Give --add TAG, --delete TAG or --clear, or list tags in use with 'sortie tag --list-all'.",
    });
  }
  return editRuns(
    {
      verb: 'modify the tags of',
      patchOf: (run) =>
        editTags(run, { add: add ?? [], remove: remove ?? [], clear, sync: options['syncLabels'] === true }),
      done: (count) => `Modified tags for ${count}`,
    },
    invocation,
    context,
  );
}

async function listTags({ options }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const runs = await chosenRuns(options, { context, fleet });
  const tags = [...new Set(runs.flatMap(tagsOf))].sort();
  context.stdout.write(tags.map((tag) => `${printable(tag)}\n`).join(''));
  return 0;
}
