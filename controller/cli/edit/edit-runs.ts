import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch, writePatch, type AttributePatch, type Run } from '#controller/runs';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { actOnRuns } from '../runs/act.ts';

export interface Edit {
  /** Such as `label`: for the prompt. */
  readonly verb: string;
  /** Attributes that the edit starts from, beside those of listings. */
  readonly attrs?: readonly string[];
  readonly patchOf: (run: Run) => AttributePatch;
  readonly done: (runs: string) => string;
}

/** Edits attributes of the runs chosen, the newest where none is named: on their hosts where asked, and in what is here. */
export async function editRuns(edit: Edit, invocation: Invocation, context: Context): Promise<number> {
  return actOnRuns(
    {
      verb: edit.verb,
      attrs: edit.attrs ?? [],
      withoutWords: 'newest',
      isHarmless: true,
      each: async (run, host, { home }) => {
        const patch = edit.patchOf(run);
        await applyPatch(run, patch, { host });
        const mirror = join(home, 'runs', run.id);
        if (run.dir === '' && existsSync(join(mirror, '.guild'))) writePatch(mirror, patch);
      },
      done: edit.done,
    },
    invocation,
    context,
  );
}
