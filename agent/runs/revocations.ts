import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#files';
import { readIfThere, writeDurably } from '../home/index.ts';

/** No message is under way for longer than this, in ms; what is older is forgotten. */
const KEEP_MS = 30 * 24 * 3600_000;

/**
 * Remembers which trials this host has given back unstarted, so that a request that was under way all the time can't start one
 * of them after all. Kept by host, because a home may be shared: what one box gave back, another may run.
 */
export class Revocations {
  readonly #folder: string;

  constructor(home: string, hostId: string) {
    this.#folder = join(home, 'revoked', encodeURIComponent(hostId));
  }

  /** The last lease under which a trial was given back, or null. */
  leaseOf(id: string): number | null {
    const text = readIfThere(join(this.#folder, id));
    return text === null ? null : Number(text);
  }

  /** On disk when this returns. */
  async record(id: string, lease: number): Promise<void> {
    makeFolder(this.#folder, 0o700);
    await writeDurably(join(this.#folder, id), String(Math.max(lease, this.leaseOf(id) ?? 0)));
  }

  /** Forgets what is too old to matter. */
  prune(): void {
    if (!existsSync(this.#folder)) return;
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat !== undefined && Date.now() - stat.mtimeMs > KEEP_MS) rmSync(path, { force: true });
    }
  }
}
