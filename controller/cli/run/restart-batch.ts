import { describeBatch, restartBatch, type BatchDescription } from '#controller/batch';
import { checkFit, noOtherFlags, type RunRequest } from '#controller/operation';
import { listRuns, selectByOperation, type Run } from '#controller/runs';
import { attachBatch } from '../attach-batch.ts';
import type { Context } from '../context.ts';
import { Fleet } from '../fleet.ts';
import { confirm } from '../prompt.ts';
import { reachAll } from '../reach.ts';
import { nextAttempt } from './attempt.ts';
import { secretsFrom } from './world.ts';

interface Batch {
  readonly run: Run;
  readonly described: BatchDescription;
}

/** The batch that `--restart` names; null where it names another run, or none. Errors: those of the look-up. */
export function batchToRestart({ options }: RunRequest, { home }: Context): Batch | null {
  if (options.restart === undefined) return null;
  const run = selectByOperation(listRuns(home), options.restart);
  const described = run.remote === null ? describeBatch(run.dir) : null;
  return described === null ? null : { run, described };
}

/** Goes on with a batch whose coordinator is gone, by its own orders. Trials that ran, or run, are not run again. */
export async function goOnWithBatch(
  { run, described }: Batch,
  { options, flagArgs }: RunRequest,
  context: Context,
): Promise<number> {
  const { id, dir } = run;
  if (flagArgs.length > 0) throw noOtherFlags(id);
  const shape = described.trials.length === 0 ? 'search' : 'batch';
  for (const warning of checkFit(options, { shape, place: 'here', mode: 'restart' }))
    context.stderr.write(`WARNING: ${warning}\n`);
  const trials = `${described.total} trial${described.total === 1 ? '' : 's'}`;
  const question = `You are about to start ${id} (${described.operation} as a batch of ${trials})\nContinue?`;
  if (!options.yes && !(await confirm(question, context))) return 0;
  await using fleet = await Fleet.of(context);
  const local = await fleet.open('local');
  // First contact may ask for a passphrase; the coordinator can't, but is told what was typed.
  const hosts = await reachAll(described.remotes ?? ['local'], { fleet, context });
  await using _handover = await fleet.handOver(id);
  const { attempt } = await nextAttempt(id, local);
  await restartBatch(dir, attempt, { opened: local, secretsFor: secretsFrom(context) });
  const view = { json: options.json === true, noTui: options.noTui === true };
  return await attachBatch(id, {
    local,
    hosts,
    context,
    fleet,
    quiet: options.quiet ?? false,
    batch: described,
    view,
    isOwner: true,
  });
}
