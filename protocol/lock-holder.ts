/** Clocks are set at boot, and a process's start is told by the clock as it is now. Ms. */
const TOLERANCE_MS = 60_000;
/** USER_HZ: what /proc counts in, on all architectures that matter. */
const TICKS_PER_SECOND = 100;

/**
 * Whether a process can be the one that Guild's LOCK names by its number alone: not when it began after the lock was written, as one does that
 * got the number later, after a reboot for instance. `stat` is the text of /proc/PID/stat, `machine` that of /proc/stat (proc(5)); where there
 * is no such thing, the number is all there is to believe.
 */
export function mayHoldLock(
  { stat, machine }: { readonly stat: string | null; readonly machine: string | null },
  lockWrittenMs: number,
): boolean {
  const ticks = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const bootSeconds = Number(/^btime (\d+)$/m.exec(machine ?? '')?.[1]);
  const began = (bootSeconds + ticks / TICKS_PER_SECOND) * 1000;
  return Number.isNaN(began) || began <= lockWrittenMs + TOLERANCE_MS;
}
