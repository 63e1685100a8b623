import { neededKey, neededKeyOf } from '#controller/operation';
import { attributeOf, flagsOf, formatRunTable, listRuns } from '#controller/runs';
import type { Packed } from '#controller/dispatch';
import type { Context } from '../context.ts';

/** `--needed`: whether the same operation, flags and source ran before and was not stopped by an error. Says so with Guild's words. */
export function skipIfNeeded({ plan, source }: Packed, { home, cwd, stderr }: Context): boolean {
  const wanted = neededKeyOf(plan, source?.digest ?? null);
  const matching = listRuns(home).filter((run) => {
    if (run.status !== 'completed' && run.status !== 'terminated') return false;
    const digest = attributeOf(run, 'sourcecode_digest');
    const flags = new Map(Object.entries(flagsOf(run)));
    return (
      neededKey({ opref: run.opref, flags, digest: typeof digest === 'string' ? digest : null }) === wanted
    );
  });
  if (matching.length === 0) return false;
  stderr.write(
    `Skipping because the following runs match this operation (--needed specified):\n${formatRunTable(matching, { firstIndex: null, cwd, indent: 2 })}`,
  );
  return true;
}
