import { rmSync } from 'node:fs';
import { attemptFiles, isFull, runFiles, writeWhole } from '../home/index.ts';
import { timestamp } from '../launch/index.ts';
import { writeAttrs } from '../staging/index.ts';
import { deriveOutcome, type RunFacts } from '../state/index.ts';

/**
 * Records that a run is lost, so that it isn't judged anew: after the next reboot the reason would read otherwise. A run of which
 * anything lives (`anythingLeft`, asked for only when all receipts say that it is lost) goes on running.
 */
export function settleLoss(dir: string, facts: RunFacts, anythingLeft: () => boolean): RunFacts {
  const outcome = deriveOutcome(facts);
  if (outcome.status !== 'lost' || facts.problem !== null || facts.recorded === null) return facts;
  const rebooted = facts.supervisor !== null && facts.supervisor.bootId !== facts.bootId;
  if (!rebooted && anythingLeft()) return { ...facts, operationAlive: true };
  const at = timestamp();
  const problem = { kind: 'lost' as const, message: outcome.reason ?? 'supervisor killed', at };
  try {
    writeWhole(attemptFiles(dir, facts.recorded.spec.attempt).problem, JSON.stringify(problem));
    writeAttrs(dir, { stopped: String(at) });
  } catch (error) {
    // It is told all the same, and written down by a later look.
    if (!isFull(error)) throw error;
  }
  rmSync(runFiles(dir).lock, { force: true });
  return { ...facts, problem, stopped: at };
}
