import type { Plan, RunRequest } from '#controller/operation';
import type { Context } from '../context.ts';
import { editComment } from '../editor.ts';
import { editFlags } from './edit-flags.ts';

/**
 * What was typed, with what the user then wrote in an editor (`-e`, `-ec`, `-ebc`); null where no editor was asked for. It is to be planned
 * again, so that edited values are checked like typed ones. Errors: `empty-comment`, `editor-failed`, `bad-edited-flags`.
 */
export async function editRequest(
  plan: Plan,
  { opspec, flagArgs, options }: RunRequest,
  context: Context,
): Promise<RunRequest | null> {
  const isBatchComment = options.editBatchComment === true && plan.batch !== null;
  if (!options.editFlags && !options.editComment && !isBatchComment) return null;
  const changed = options.editFlags ? await editFlags(plan, context) : [];
  const name = plan.displayName;
  const comment = options.editComment ? editComment(name, options.comment ?? '', context) : options.comment;
  const batchComment = isBatchComment
    ? editComment(`the batch of ${name}`, options.batchComment ?? '', context)
    : options.batchComment;
  return { opspec, flagArgs: [...flagArgs, ...changed], options: { ...options, comment, batchComment } };
}
