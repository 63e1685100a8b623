import { setTimeout as delay } from 'node:timers/promises';
import type { StopSignal } from '#protocol';
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
  /** Sent first. */
  readonly first: StopSignal;
  /** Ms from the first signal to TERM, where that is another one, and from TERM to KILL. */
  readonly graceMs: number;
  /** What was sent to whom: shared by all who stop the same run, so that nothing gets a signal twice. */
  readonly sent: Set<string>;
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
 * Ends all of a run: a signal to each process as it is found, KILL to what is left after the grace period, and looking again until a
 * whole look finds nothing and the supervisor has written its receipt. A first signal other than TERM is a request, as ^C is in a
 * terminal: it goes to what runs at that moment and not to what is started because of it (to save, say), and TERM follows after the
 * grace period, or once the operation's own process has ended.
 */
export async function stopTree(tree: StopTree): Promise<void> {
  const { graceMs, sent } = tree;
  let phase: 'ask' | 'end' = tree.first === 'TERM' ? 'end' : 'ask';
  let deadline = performance.now() + graceMs;
  let hasAsked = false;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 2, LAST_LOOK_MS)) {
    const rows = tree.platform.processes();
    const known = tree.look();
    const left = processesOf(rows, known);
    if (left.length === 0 && !tree.finishing()) return;
    if (phase === 'ask' && (performance.now() >= deadline || (hasAsked && known.operation === null))) {
      phase = 'end';
      deadline = performance.now() + graceMs;
      wait = FIRST_LOOK_MS;
    }
    const kill = phase === 'end' && performance.now() >= deadline;
    const name = kill ? 'KILL' : phase === 'end' ? 'TERM' : tree.first;
    const starts = new Map(rows.map((row) => [row.pid, row.start]));
    for (const pid of phase === 'ask' && hasAsked ? [] : left) {
      const key = `${name} ${pid} ${starts.get(pid) ?? ''}`;
      // The table is a moment old: prove once more that the pid is still the process that was seen.
      if (tree.platform.processStart(pid) !== starts.get(pid)) continue;
      if (kill || !sent.has(key)) signalProcess(pid, `SIG${name}`);
      sent.add(key);
    }
    hasAsked ||= left.length > 0;
    await delay(Math.min(wait, Math.max(1, kill ? wait : deadline - performance.now())), undefined, {
      signal: tree.signal,
    });
  }
}
