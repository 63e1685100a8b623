import { endingOf, type RunState } from '#protocol';
import type { RunFacts } from './facts.ts';
import type { ExitReceipt, Stop } from './receipts.ts';

/** Between its claim and its first receipt a supervisor is given this long, in ms, before it counts as killed there: it needs one, a swamped machine some hundred. */
export const CLAIM_GRACE_MS = 5000;

/** Its receipt still comes, once there is room for it: then the outcome is what that says. */
export const RECEIPT_OVERDUE = 'ended, receipt not written: disk full';

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

/** By the exit receipt. */
function ended(facts: RunFacts, { status, memoryKills }: ExitReceipt): Outcome {
  const before = facts.intent?.memory?.count ?? null;
  return endingOf({
    exitStatus: status,
    stopped: facts.stop?.why ?? null,
    isOutOfMemory: before !== null && memoryKills !== null && memoryKills > before,
  });
}

/** The exit status of a run whose stop came before its start: as of a process that the signal ended. */
export function stoppedStatus(stop: Stop | null): number {
  return stop?.signal === 'INT' ? -2 : -15;
}

/** A run that Guild made, by Guild's own rules. */
function guildOutcome(facts: RunFacts): Outcome {
  const plain = { exitStatus: null, reason: null };
  if (facts.marker !== null) return { status: facts.marker, ...plain };
  if (facts.exitStatus !== null) {
    const { exitStatus } = facts;
    const status = exitStatus === 0 ? 'completed' : exitStatus < 0 ? 'terminated' : 'error';
    return { status, exitStatus, reason: null };
  }
  return { status: facts.lockAlive ? 'running' : 'error', ...plain };
}

/**
 * What is so about a run, from its facts alone. Receipts come first, then what was recorded of its loss, then its processes,
 * and the marks of waiting last: a mark that a crash left behind never hides what happened after it.
 */
export function deriveOutcome(facts: RunFacts): Outcome {
  if (facts.recorded === null) return guildOutcome(facts);
  if (facts.exit !== null) return ended(facts, facts.exit);
  if (facts.problem !== null) {
    const { kind, message } = facts.problem;
    return {
      status: kind,
      exitStatus: kind === 'terminated' ? stoppedStatus(facts.stop) : null,
      reason: message,
    };
  }
  if (facts.receiptOverdue) return { status: 'error', exitStatus: null, reason: RECEIPT_OVERDUE };
  if (facts.claimAge !== null) {
    const starting = facts.supervisor === null && facts.claimAge < CLAIM_GRACE_MS;
    if (facts.operationAlive || facts.supervisorAlive || starting)
      return { status: 'running', exitStatus: null, reason: null };
    // The stop itself took the claim, so that no supervisor could, and was cut short before it said so.
    if (facts.supervisor === null && facts.stop !== null)
      return { status: 'terminated', exitStatus: stoppedStatus(facts.stop), reason: STOPPED_WAITING };
    return { status: 'lost', exitStatus: null, reason: lostReason(facts) };
  }
  return { status: facts.marker ?? 'pending', exitStatus: null, reason: null };
}
