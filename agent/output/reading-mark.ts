import { closeSync, existsSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, runFiles } from '../home/index.ts';

/** An agent that reads a piece of output for so long, in ms, hangs over it. */
const STUCK_MS = 5_000;
/** Agents that may die over one piece by chance, as when a machine is switched off. */
const CHANCE_DEATHS = 2;

const pathIn = (dir: string) => join(runFiles(dir).sortie, 'reading');

/**
 * Says in a run's directory that a piece of its output is being read just now: `r` while it is, `-` while none is, `s` once an agent was
 * seen to hang over one; and then how many agents have died over it, one after the other. What has hung an agent, or killed three,
 * is not read again.
 */
export class ReadingMark {
  readonly isPoisoned: boolean;
  #deaths: number;
  #handle: number | null;

  constructor(dir: string) {
    const [state, digit] = readIfThere(pathIn(dir)) ?? '-0';
    this.#deaths = (Number(digit) || 0) + (state === 'r' ? 1 : 0);
    this.isPoisoned = state === 's' || this.#deaths > CHANCE_DEATHS;
    this.#handle = opened(pathIn(dir));
    this.#write(this.isPoisoned ? 's' : '-');
  }

  begin(): void {
    if (!this.isPoisoned) this.#write('r');
  }

  end(): void {
    this.#deaths = 0;
    if (!this.isPoisoned) this.#write('-');
  }

  close(): void {
    if (this.#handle !== null) closeSync(this.#handle);
    this.#handle = null;
  }

  #write(state: string): void {
    try {
      if (this.#handle !== null) writeSync(this.#handle, `${state}${this.#deaths}`, 0);
    } catch {
      // A full disk: output is read all the same.
    }
  }
}

/** Marks the runs over whose output an agent hangs, for the one that comes after it. */
export function markStuckReading(runs: string): void {
  if (!existsSync(runs)) return;
  for (const id of readdirSync(runs)) {
    const path = pathIn(join(runs, id));
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || Date.now() - stat.mtimeMs < STUCK_MS) continue;
    if (!readIfThere(path)?.startsWith('r')) continue;
    const handle = opened(path);
    if (handle === null) continue;
    writeSync(handle, 's', 0);
    closeSync(handle);
  }
}

/** Open for writing, with what it has; null where that can't be. */
function opened(path: string): number | null {
  for (const flags of ['r+', 'w'])
    try {
      return openSync(path, flags, 0o600);
    } catch {
      continue;
    }
  return null;
}
