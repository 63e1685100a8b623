import { usageError } from '#protocol';
import { editLabel, type LabelEdit } from '#controller/runs';
import type { Invocation, OptionValues } from '../command.ts';
import type { Context } from '../context.ts';
import { exclusive } from '../exclusive.ts';
import { editRuns } from './edit-runs.ts';

/** `sortie label`. */
export async function execute(invocation: Invocation, context: Context): Promise<number> {
  const edit = editOf(invocation.options);
  return editRuns(
    {
      verb: edit.kind === 'clear' ? 'clear the label of' : 'label',
      patchOf: (run) => editLabel(run, edit),
      done: (count) => (edit.kind === 'clear' ? `Cleared label for ${count}` : `Labeled ${count}`),
    },
    invocation,
    context,
  );
}

function editOf(options: OptionValues): LabelEdit {
  const kind = exclusive(options, ['set', 'append', 'prepend', 'remove', 'clear']);
  if (kind === null) {
    throw usageError({
      code: 'usage',
      message: 'no label given',
      hint: 'Give --set, --append, --prepend, --remove or --clear.',
    });
  }
  return kind === 'clear' ? { kind } : { kind, text: String(options[kind]) };
}
