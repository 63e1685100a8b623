import { shortId, UserError } from '#protocol';
import { sharedBatches } from '#controller/batch';
import { isBatch, selectOne, type Run } from '#controller/runs';

/** The ids of the batch that a word means: its own, an index, or a trial's; of one that was left to several hosts those of all its parts. */
export function batchIds(word: string, runs: readonly Run[], home: string): readonly string[] {
  const known = new Set(runs.flatMap((run) => (isBatch(run) ? [run.id] : (run.batch ?? []))));
  const [only, ...others] = [...known].filter((id) => id.startsWith(word));
  if (only !== undefined && others.every((id) => partsOf(only, home).includes(id)))
    return partsOf(only, home);
  const run = selectOne(runs, word);
  const id = isBatch(run) ? run.id : run.batch;
  if (id !== null) return partsOf(id, home);
  throw new UserError({
    code: 'no-batch',
    message: `run ${shortId(run.id)} is neither a batch nor a trial of one`,
    hint: "Use 'sortie runs -Fo +' for a list of batches.",
  });
}

function partsOf(id: string, home: string): readonly string[] {
  return sharedBatches(home).find((parts) => parts.includes(id)) ?? [id];
}

/** The trials of a batch, and of all its parts, among runs. */
export function trialsAmong(runs: readonly Run[], batch: Run, home: string): Run[] {
  const parts = partsOf(batch.id, home);
  return runs.filter((run) => run.batch !== null && parts.includes(run.batch));
}

/** A batch with all its parts and their trials among runs, in that order; any other run alone. */
export function wholeBatch(run: Run, runs: readonly Run[], home: string): Run[] {
  const parts = partsOf(run.id, home);
  const others = runs.filter(({ id }) => id !== run.id && parts.includes(id));
  return [run, ...others, ...trialsAmong(runs, run, home)];
}

/** Runs with the trials in place of the batches among them. Errors: `no-trials` for a batch of which no trial is known. */
export function trialsInstead(chosen: readonly Run[], runs: readonly Run[], home: string): Run[] {
  const expanded = chosen.flatMap((run) => {
    if (!isBatch(run)) return [run];
    const trials = trialsAmong(runs, run, home);
    if (trials.length > 0) return trials;
    throw new UserError({
      code: 'no-trials',
      message: `no trial of batch ${shortId(run.id)} is known here`,
      hint: run.remote === null ? "See 'sortie runs'." : `see 'sortie runs --remote ${run.remote}'`,
    });
  });
  return [...new Set(expanded)];
}
