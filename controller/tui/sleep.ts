import { once } from 'node:events';

/** Long enough for the stop signal to arrive; time does not pass while stopped. Milliseconds. */
const STOP_SIGNAL_MS = 100;

/** Puts the whole job to sleep, as the terminal's own ^Z does, until it is continued. */
export async function sleepUntilContinued(): Promise<void> {
  const woken = new AbortController();
  const timer = setTimeout(() => woken.abort(), STOP_SIGNAL_MS);
  try {
    const continued = once(process, 'SIGCONT', { signal: woken.signal });
    process.kill(0, 'SIGTSTP');
    await continued;
  } catch {
    // Nobody could stop us: there is no shell that would wake us again.
  } finally {
    clearTimeout(timer);
  }
}
