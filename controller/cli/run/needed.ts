import { shortId } from '#protocol';
import { neededKey, neededKeyOf, trialPlan } from '#controller/operation';
import { attributeOf, flagsOf, formatRunTable, listRuns, type Run } from '#controller/runs';
import type { Packed } from '#controller/dispatch';
import type { Flags } from '#controller/trials';
import type { Context } from '../context.ts';

/** `--needed`: whether the same operation, flags and source ran before and was not stopped by an error. Says so with Guild's words. */
export function skipIfNeeded({ plan, source }: Packed, { home, cwd, stderr }: Context): boolean {
  const wanted = neededKeyOf(plan, source?.digest ?? null);
  const matching = goodRuns(home).filter((run) => keyOf(run) === wanted);
  if (matching.length === 0) return false;
  stderr.write(
    `Skipping because the following runs match this operation (--needed specified):\n${formatRunTable(matching, { firstIndex: null, cwd, indent: 2 })}`,
  );
  return true;
}

/** `--needed` with `--restart`: whether the run itself came through. */
export function skipRestart(id: string, { home, stderr }: Context): boolean {
  if (!goodRuns(home).some((run) => run.id === id)) return false;
  stderr.write('Skipping run because flags have not changed (--needed specified)\n');
  return true;
}

/** Those trials of a batch that no run matches; says how many are left out, and why. */
export function neededTrials(
  { plan, source }: Packed,
  trials: readonly Flags[],
  { home, stderr }: Context,
): readonly Flags[] {
  const known = new Map(goodRuns(home).map((run) => [keyOf(run), run]));
  const matched = new Set<string>();
  const needed = trials.filter((flags) => {
    const run = known.get(neededKeyOf(trialPlan(plan, flags), source?.digest ?? null));
    if (run !== undefined) matched.add(run.id);
    return run === undefined;
  });
  if (needed.length < trials.length)
    stderr.write(
      `Skipping ${trials.length - needed.length} of ${trials.length} trials because these runs match them (--needed specified): ${[...matched].map(shortId).join(', ')}\n`,
    );
  return needed;
}

/** Runs that need no repetition. */
function goodRuns(home: string): Run[] {
  return listRuns(home).filter(({ status }) => status === 'completed' || status === 'terminated');
}

function keyOf(run: Run): string {
  const digest = attributeOf(run, 'sourcecode_digest');
  const flags = new Map(Object.entries(flagsOf(run)));
  return neededKey({ opref: run.opref, flags, digest: typeof digest === 'string' ? digest : null });
}
