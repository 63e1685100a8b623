import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../home/index.ts';
import type { Platform } from '../platform/index.ts';
import { processesOf, type RunProcesses } from './tree.ts';

/** Between two looks at what is left: long enough to cost nothing, short enough that a stop feels immediate. In ms; it doubles up to the second. */
const FIRST_LOOK_MS = 20;
const LAST_LOOK_MS = 500;

export interface StopTree {
  readonly platform: Platform;
  /** What is known of the run's processes now; null once nothing can start or live any more besides what a scan finds. */
  look(): RunProcesses;
  /** True while the supervisor still has something to write. */
  finishing(): boolean;
  /** Ms between TERM and KILL. */
  readonly graceMs: number;
  readonly signal?: AbortSignal | undefined;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended between the scan and now, or it became another user's by setuid: there is nothing more that can be done.
    if (!hasCode(error, 'ESRCH') && !hasCode(error, 'EPERM')) throw error;
  }
}

/**
 * Ends all of a run: TERM once to each process as it is found, KILL to what is left after the grace period, and looking again
 * until a whole look finds nothing and the supervisor has written its receipt.
 */
export async function stopTree(tree: StopTree): Promise<void> {
  const told = new Set<string>();
  const deadline = performance.now() + tree.graceMs;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 2, LAST_LOOK_MS)) {
    const rows = tree.platform.processes();
    const starts = new Map(rows.map((row) => [row.pid, row.start]));
    const left = processesOf(rows, tree.look());
    if (left.length === 0 && !tree.finishing()) return;
    const kill = performance.now() >= deadline;
    for (const pid of left) {
      const key = `${pid} ${starts.get(pid) ?? ''}`;
      // The table is a moment old: prove once more that the pid is still the process that was seen.
      if (tree.platform.processStart(pid) !== starts.get(pid)) continue;
      if (kill) signalProcess(pid, 'SIGKILL');
      else if (!told.has(key)) signalProcess(pid, 'SIGTERM');
      told.add(key);
    }
    await delay(Math.min(wait, Math.max(1, kill ? wait : deadline - performance.now())), undefined, {
      signal: tree.signal,
    });
  }
}
