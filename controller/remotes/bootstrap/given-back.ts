import { setTimeout as sleep } from 'node:timers/promises';
import type { Exec } from '../transport.ts';

/** How long a command that has said all may take to end, in ms; a host that holds it open is left to do so. */
const EXIT_WAIT_MS = 3000;

/** Waits until a command has ended and its session is free: the host may allow but one (MaxSessions), and more is asked of it. */
export async function givenBack(exec: Exec): Promise<void> {
  exec.stdin.end();
  exec.stdout.resume();
  await Promise.race([exec.exit, sleep(EXIT_WAIT_MS, undefined, { ref: false })]);
}
