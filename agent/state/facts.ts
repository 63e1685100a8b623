import type { ProcessIdentity } from '../process/index.ts';
import type { RecordedSpec } from '../staging/index.ts';
import type { ExitReceipt, Intent, Problem, Stop } from './receipts.ts';

/** All that decides a run's state, as read from its directory and the process table at one moment. */
export interface RunFacts {
  readonly id: string;
  readonly recorded: RecordedSpec | null;
  readonly marker: 'pending' | 'staged' | null;
  /** Since when it has waited, in µs since the epoch; null when it doesn't. */
  readonly markedAt: number | null;
  readonly intent: Intent | null;
  /** How long ago a supervisor claimed the attempt, in ms; null when none has. */
  readonly claimAge: number | null;
  readonly supervisor: ProcessIdentity | null;
  readonly supervisorAlive: boolean;
  readonly operation: ProcessIdentity | null;
  readonly operationAlive: boolean;
  readonly exit: ExitReceipt | null;
  /** What it wrote is not all in the output yet. */
  readonly isUnjoined: boolean;
  /** The program has ended, and its supervisor can't say so: the disk is full. */
  readonly receiptOverdue: boolean;
  /** There once a stop was asked for. */
  readonly stop: Stop | null;
  readonly problem: Problem | null;
  /** All that was to be done after this attempt's end has been done. */
  readonly settled: boolean;
  readonly bootId: string;
  readonly memoryKills: number | null;
  readonly initialized: number | null;
  readonly started: number | null;
  readonly stopped: number | null;
  /** Guild's own record, for runs that Guild made. */
  readonly exitStatus: number | null;
  readonly lockAlive: boolean;
  readonly outputBytes: number;
}
