import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';

/** Notes how many devices a host has, under the name that its user gave it. A disk that refuses costs nothing but the note. */
export function rememberGpus(home: string, name: string, count: number): void {
  try {
    if (knownGpus(home, name) === count) return;
    makeFolder(folder(home), 0o700);
    writeFileSync(note(home, name), String(count));
  } catch {
    // The next prompt doesn't name the devices.
  }
}

/** How many devices a host had at the last contact; null where that isn't known. */
export function knownGpus(home: string, name: string): number | null {
  try {
    const text = readFileSync(note(home, name), 'utf8');
    return /^\d{1,4}$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}

function note(home: string, name: string): string {
  return join(folder(home), createHash('sha256').update(name).digest('hex').slice(0, 24));
}

function folder(home: string): string {
  return join(home, 'cache', 'gpus');
}
