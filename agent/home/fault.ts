/**
 * A labelled point at which tests may kill the agent: SORTIE_FAULT names it. The process dies as by `kill -9`, so what holds
 * after it is what is on disk. The supervisor knows points of its own, whose names begin with `supervisor-`.
 */
export type FaultPoint =
  | 'staged-aside'
  | 'staged'
  | 'restart-recorded'
  | 'before-intent'
  | 'after-intent'
  | 'after-spawn'
  | 'stop-recorded'
  | 'blob-received';

export function fault(point: FaultPoint): void {
  if (process.env['SORTIE_FAULT'] === point) process.kill(process.pid, 'SIGKILL');
}
