import type { RunState } from '#protocol';
import type { RunFacts } from './facts.ts';

/** Between its claim and its first receipt a supervisor is given this long, in ms, before it counts as killed there: it needs one, a swamped machine some hundred. */
export const CLAIM_GRACE_MS = 5000;

export const STOPPED_WAITING = 'stopped before it started';

/** The part of a run's state that its directory tells. */
export interface Outcome {
  readonly status: RunState['status'];
  readonly exitStatus: number | null;
  readonly reason: string | null;
}

export type LostReason = 'host rebooted' | 'supervisor killed' | 'out of memory';

function lostReason(facts: RunFacts): LostReason {
  const boot = facts.supervisor?.bootId ?? facts.operation?.bootId;
  if (boot !== undefined && boot !== facts.bootId) return 'host rebooted';
  const before = facts.intent?.memory?.count ?? null;
  if (before !== null && facts.memoryKills !== null && facts.memoryKills > before) return 'out of memory';
  return 'supervisor killed';
}

function endedReason(facts: RunFacts, status: number): string | null {
  if (facts.stop?.why === 'stop-after' && status !== 0) return 'stopped after its time limit';
  const before = facts.intent?.memory?.count ?? null;
  const kills = facts.exit?.memoryKills ?? null;
  if (status === -9 && facts.stop === null && before !== null && kills !== null && kills > before)
    return 'out of memory';
  return null;
}

function byExitStatus(exitStatus: number, reason: string | null): Outcome {
  if (exitStatus === 0) return { status: 'completed', exitStatus, reason };
  return { status: exitStatus < 0 ? 'terminated' : 'error', exitStatus, reason };
}

/** A run that Guild made, by Guild's own rules. */
function guildOutcome(facts: RunFacts): Outcome {
  const plain = { exitStatus: null, reason: null };
  if (facts.marker !== null) return { status: facts.marker, ...plain };
  if (facts.exitStatus !== null) return byExitStatus(facts.exitStatus, null);
  return { status: facts.lockAlive ? 'running' : 'error', ...plain };
}

/**
 * What is so about a run, from its facts alone. Receipts come first, then what was recorded of its loss, then its processes,
 * and the marks of waiting last: a mark that a crash left behind never hides what happened after it.
 */
export function deriveOutcome(facts: RunFacts): Outcome {
  if (facts.recorded === null) return guildOutcome(facts);
  if (facts.exit !== null) return byExitStatus(facts.exit.status, endedReason(facts, facts.exit.status));
  if (facts.problem !== null) {
    const { kind, message } = facts.problem;
    return { status: kind, exitStatus: kind === 'terminated' ? -15 : null, reason: message };
  }
  if (facts.claimAge !== null) {
    const starting = facts.supervisor === null && facts.claimAge < CLAIM_GRACE_MS;
    if (facts.operationAlive || facts.supervisorAlive || starting)
      return { status: 'running', exitStatus: null, reason: null };
    // The stop itself took the claim, so that no supervisor could, and was cut short before it said so.
    if (facts.supervisor === null && facts.stop !== null)
      return { status: 'terminated', exitStatus: -15, reason: STOPPED_WAITING };
    return { status: 'lost', exitStatus: null, reason: lostReason(facts) };
  }
  return { status: facts.marker ?? 'pending', exitStatus: null, reason: null };
}
