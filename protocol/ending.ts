import { constants } from 'node:os';
import type { RunStatus } from './run-state.ts';

/** How a run's process ended, as receipts tell. */
export interface Ending {
  /** Negative for a signal. */
  readonly exitStatus: number;
  /** Why somebody stopped it: `stop` or `stop-after`; null where nobody did. */
  readonly stopped: string | null;
  /** The kernel counts more kills for want of memory than when the run began. */
  readonly isOutOfMemory: boolean;
}

/** Signals that a program brings upon itself. */
const CRASHES = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP', 'SIGSYS'];

/**
 * The status of a run that ended, and the reason where its exit status doesn't say it: `terminated` is what somebody stopped, whatever
 * its process made of that, short of success. A signal that nobody here sent is an error.
 */
export function endingOf({ exitStatus, stopped, isOutOfMemory }: Ending): {
  readonly status: RunStatus;
  readonly exitStatus: number;
  readonly reason: string | null;
} {
  if (exitStatus === 0) return { status: 'completed', exitStatus, reason: null };
  if (stopped !== null) {
    const reason = stopped === 'stop-after' ? 'stopped after its time limit' : null;
    return { status: 'terminated', exitStatus, reason };
  }
  const reason = exitStatus < 0 ? signalWords(signalName(-exitStatus), isOutOfMemory) : null;
  return { status: 'error', exitStatus, reason };
}

function signalWords(name: string, isOutOfMemory: boolean): string {
  if (CRASHES.includes(name)) return `crashed: ${name}`;
  return `killed by ${name}${name === 'SIGKILL' && isOutOfMemory ? ' (out of memory)' : ''}`;
}

/** The name of a signal on this system, where its number may differ from another's. */
function signalName(number: number): string {
  return (
    Object.entries(constants.signals).find(([, each]) => each === number)?.[0] ?? `signal ${String(number)}`
  );
}
