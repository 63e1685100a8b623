import { createHash, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'secret';

/** Tells a home from others without giving its secret away. */
export function homeId(secret: string): string {
  return createHash('sha256').update(`home ${secret}`).digest('hex').slice(0, 16);
}

/** The secret of a home as it is there; null when there is none. */
export function knownSecret(home: string): string | null {
  try {
    const text = readFileSync(join(home, NAME), 'utf8');
    return /^[0-9a-f]{64}$/.test(text) ? text : null;
  } catch {
    return null;
  }
}

/**
 * A secret that tells a home from every other, made with its first use and readable by its owner alone. What others could take first
 * is named by it. However many make it at once, all get the same.
 */
export function homeSecret(home: string): string {
  const known = knownSecret(home);
  if (known !== null) return known;
  const path = join(home, NAME);
  const mine = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(mine, randomBytes(32).toString('hex'), { mode: 0o600, flush: true });
    linkSync(mine, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Damaged by a power cut, when what is there is none.
    if (code === 'EEXIST' && knownSecret(home) === null) rmSync(path, { force: true });
    else if (code !== 'EEXIST') throw error;
  } finally {
    rmSync(mine, { force: true });
  }
  return homeSecret(home);
}
