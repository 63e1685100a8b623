import type { Platform } from '../platform/index.ts';
import type { RunProcesses } from '../process/index.ts';
import type { RunFacts } from '../state/index.ts';

/** The name of the variable that every process of a run carries. */
const TAG = 'SORTIE_RUN_ID';

/** The session's id is its leader's pid; it is ours for as long as no later process has that pid. */
function sessionOf(facts: RunFacts, platform: Platform): number | null {
  const { supervisor } = facts;
  if (supervisor === null || supervisor.bootId !== facts.bootId) return null;
  const start = platform.processStart(supervisor.pid);
  return start === null || start === supervisor.start ? supervisor.pid : null;
}

/** What is known of a run's processes at this moment, each identity proven. */
export function runProcesses(facts: RunFacts | null, id: string, platform: Platform): RunProcesses {
  return {
    supervisor: facts?.supervisorAlive === true ? (facts.supervisor?.pid ?? null) : null,
    operation: facts?.operationAlive === true ? (facts.operation?.pid ?? null) : null,
    session: facts === null ? null : sessionOf(facts, platform),
    tagged: platform.taggedWith(TAG, id),
    self: process.pid,
  };
}
