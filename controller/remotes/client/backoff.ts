import { setTimeout as sleep } from 'node:timers/promises';

/** Waits between attempts, in ms: quick at first, since most cuts are short, then no more than a try every half minute. There is no last one. */
const WAITS_MS = [100, 300, 1000, 2000, 5000, 10_000, 20_000, 30_000] as const;
const LONGEST_MS = 30_000;

/** A pause is slept in slices of this, in ms, so that one in which the machine slept is noticed. */
const SLICE_MS = 1_000;
/** A slice that took this much too long, in ms, means that the machine slept. */
const SLEPT_MS = 10_000;

/** How long to wait after the attempt of that number from 0, ± a quarter, so that many clients of one host don't come in step. */
export function backoffMs(attempt: number, random: number = Math.random()): number {
  return (WAITS_MS[attempt] ?? LONGEST_MS) * (0.75 + random / 2);
}

/** Waits so long, or until this machine has slept and woken: then the network is another one. Rejects with the signal's reason. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<'over' | 'woke'> {
  const end = Date.now() + ms;
  for (let now = Date.now(); now < end;) {
    await sleep(Math.min(SLICE_MS, end - now), undefined, signal ? { signal } : {}).catch(
      (error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      },
    );
    const before = now;
    now = Date.now();
    if (now - before > SLICE_MS + SLEPT_MS) return 'woke';
  }
  return 'over';
}
