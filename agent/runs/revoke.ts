import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, type Revocation, type RunId, type RunSpec } from '#protocol';
import { attemptFiles, hasCode, type Home } from '../home/index.ts';
import type { KeyedMutex } from '../launch/index.ts';
import { stagingDir } from '../staging/index.ts';
import { deriveOutcome, type RunFacts } from '../state/index.ts';
import type { RunRegistry } from './registry.ts';
import type { Revocations } from './revocations.ts';

export interface RevokeContext {
  readonly home: Home;
  readonly hostId: string;
  readonly registry: RunRegistry;
  readonly locks: KeyedMutex;
  readonly revocations: Revocations;
}

/**
 * Gives a run back that was never started here, so that it may go elsewhere. `revoked` is a proof: the attempt's claim, which a
 * supervisor needs before it does anything, was taken by us, the id and its lease are on disk before the directory goes, and
 * a request that is still under way is refused. Anything else is `started`: the run is this host's, whatever became of it.
 */
export async function revokeRun(id: RunId, lease: number, context: RevokeContext): Promise<Revocation> {
  const { registry, locks } = context;
  return locks.run(id, () => registry.unseen.during(id, () => giveBack(id, lease, context)));
}

async function giveBack(id: RunId, lease: number, context: RevokeContext): Promise<Revocation> {
  const { home, hostId, registry, revocations } = context;
  const facts = registry.find(id);
  if (facts === null && existsSync(join(home.trash, id))) return 'started';
  if (facts !== null && !takeBack(facts, lease, registry.dirOf(id))) return 'started';
  await revocations.record(id, lease);
  if (facts === null) return 'revoked';
  // Out of sight in one step; what a cut leaves there is swept.
  const doomed = stagingDir(home.staging, id, hostId);
  renameSync(registry.dirOf(id), doomed);
  registry.forget(id);
  await rm(doomed, { recursive: true, force: true });
  return 'revoked';
}

/** True when it is sure that the attempt was not started and never will be. */
function takeBack(facts: RunFacts, lease: number, dir: string): boolean {
  const spec = facts.recorded?.spec;
  if (spec === undefined || spec.attempt > 1 || (spec.lease ?? 0) > lease) return false;
  const attempt = attemptFiles(dir, spec.attempt);
  const { status } = deriveOutcome(facts);
  // A claim that was taken for this before, when the agent died over it: no supervisor ever wrote its name there.
  if (status === 'lost') return facts.supervisor === null && facts.operation === null;
  if (status !== 'pending' && status !== 'staged') return false;
  try {
    mkdirSync(attempt.claim);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Throws `revoked` for a spec that this host gave back, and that was not handed to it anew since. */
export function refuseRevoked(spec: RunSpec, revocations: Revocations): void {
  const lease = revocations.leaseOf(spec.id);
  if (lease === null || (spec.lease ?? 0) > lease) return;
  throw new UserError({
    code: 'revoked',
    message: `run ${spec.id} was returned by this host and may run elsewhere`,
    hint: 'Send it with a higher lease to run it here.',
  });
}
