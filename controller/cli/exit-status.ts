import { constants } from 'node:os';
import { isFinal, type RunState } from '#protocol';

/** Sortie's own exit status for a run: the run's, 128 + n for one that signal n ended, as in a shell; 1 for one that has none. */
export function exitStatusOf({ status, exitStatus }: Pick<RunState, 'status' | 'exitStatus'>): number {
  if (exitStatus === null) return isFinal(status) ? 1 : 0;
  return exitStatus < 0 ? 128 - exitStatus : exitStatus;
}

/** That of a command that a signal ended. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
