import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#files';

/** What another host left in a shared home is anyone's to sweep after this long, in ms: no staging takes a week. */
const ABANDONED_MS = 7 * 24 * 3600_000;

function hostMark(hostId: string): string {
  return createHash('sha256').update(hostId).digest('hex').slice(0, 8);
}

let serial = 0;

/** The path of a folder for one staging, what is above it made: its name says whose it is, so that what a crash leaves can be told from work in progress. */
export function stagingDir(staging: string, id: string, hostId: string): string {
  serial += 1;
  makeFolder(staging, 0o700);
  return join(staging, `${id}.${hostMark(hostId)}.${process.pid}.${serial}`);
}

export interface Sweep {
  readonly staging: string;
  readonly hostId: string;
  readonly isAlive: (pid: number) => boolean;
}

/** Removes what stagings that a crash cut short have left. */
export async function sweepStaging({ staging, hostId, isAlive }: Sweep): Promise<void> {
  for (const name of readdirSync(staging)) {
    const path = join(staging, name);
    const [, mark, pid] = name.split('.');
    const mine = mark === hostMark(hostId) && (pid === String(process.pid) || !isAlive(Number(pid)));
    const used = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (mine || Date.now() - used > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}
