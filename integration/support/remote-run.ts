import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Following } from './following.ts';
import type { Lab, PretendedHost } from './lab.ts';
import { processesMentioning } from './processes.ts';
import { waitFor } from './wait.ts';

/**
 * Leaves a line in ~/starts, prints so many lines that are each unlike the others, so that any byte lost or doubled shows, and exits
 * with a status. With `gated` it stops half-way until there is a file ~/go.
 */
export const TALKATIVE = `import os, random, sys, time
lines = 1000
pause = 0.0
gated = 0
status = 0
home = os.path.expanduser('~')
with open(os.path.join(home, 'starts'), 'a') as starts: starts.write('%d\\n' % os.getpid())
numbers = random.Random(7)
for n in range(lines):
    sys.stdout.write('%d %x\\n' % (n, numbers.getrandbits(300)))
    if n == lines // 2 and gated:
        print('half-way', flush=True)
        while not os.path.exists(os.path.join(home, 'go')): time.sleep(0.02)
    if pause:
        sys.stdout.flush()
        time.sleep(pause)
sys.stdout.flush()
sys.exit(status)
`;

/** Lets a gated program go on. */
export function openGate({ home }: Pick<PretendedHost, 'home'>): void {
  writeFileSync(join(home, 'go'), '');
}

/** How often the program was started on a host. */
export function startsOn({ home }: Pick<PretendedHost, 'home'>): number {
  const file = join(home, 'starts');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

/** The one run that the laptop knows, waited for. */
export async function theRun(lab: Lab): Promise<string> {
  const dir = join(lab.sortieHome, 'runs');
  const id = await waitFor('a run to be known here', () =>
    existsSync(dir) ? readdirSync(dir)[0] : undefined,
  );
  expect(readdirSync(dir)).toEqual([id]);
  return id;
}

export function hostOutput({ home }: PretendedHost, id: string): string {
  return join(home, '.sortie/runs', id, '.guild/output');
}

export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

export interface Whole {
  readonly lab: Lab;
  readonly box: PretendedHost;
  readonly id: string;
  /** The command that showed all of it. */
  readonly shown?: Following;
}

/** The mirror is the host's output, and so is what was shown; the program was started once, and nothing of it is left. */
export async function expectWhole({ lab, box, id, shown }: Whole): Promise<void> {
  const there = sha256(hostOutput(box, id));
  expect(sha256(join(lab.sortieHome, 'runs', id, '.guild/output'))).toBe(there);
  if (shown) expect(shown.digest()).toBe(there);
  expect(startsOn(box)).toBe(1);
  await waitFor(
    'nothing of the run to be left',
    () => processesMentioning(`SORTIE_RUN_ID=${id}`).length === 0,
  );
}

export interface Listed {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly exit_status: number | null;
}

/** What `sortie runs --json` tells. */
export async function listed(lab: Lab): Promise<Listed[]> {
  const { code, stdout, stderr } = await lab.sortie(['runs', '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Listed[];
}
