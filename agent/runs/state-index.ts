import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { makeFolder } from '#files';
import type { RunId, RunState } from '#protocol';
import { readIfThere, runFiles, writeWhole } from '../home/index.ts';

/** Changes are written down at most this often, in ms: losing them costs a look at each run that ended since. */
const WRITE_MS = 30_000;

const Entry = v.tuple([
  v.string(),
  v.custom<RunState>((value) => typeof value === 'object' && value !== null),
]);
const IndexFile = v.strictObject({ program: v.string(), runs: v.record(v.string(), Entry) });

/** Equal for as long as a run's spec is the same, and with it the outcome of a run that has ended. */
function keyOf(dir: string): string | null {
  const stat = statSync(runFiles(dir).spec, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.ino} ${stat.mtimeMs}`;
}

function load(path: string, program: string): Map<RunId, v.InferOutput<typeof Entry>> {
  try {
    const parsed = v.safeParse(IndexFile, JSON.parse(readIfThere(path) ?? 'null'));
    if (parsed.success && parsed.output.program === program)
      return new Map(Object.entries(parsed.output.runs));
  } catch {
    // A damaged index is as good as none.
  }
  return new Map();
}

/**
 * Remembers the states of runs that have ended over the agent's lives, so that a start looks once at each of 10,000 directories,
 * and not at all that is in them. A cache: it may be thrown away, and only the version that wrote it believes it.
 */
export class StateIndex {
  readonly #path: string;
  readonly #program: string;
  readonly #runs: Map<RunId, v.InferOutput<typeof Entry>>;
  #timer: NodeJS.Timeout | null = null;

  constructor(path: string, program: string) {
    this.#path = path;
    this.#program = program;
    this.#runs = load(path, program);
  }

  /** The state of a run that had ended, where its directory is still as it was then. */
  recall(id: RunId, dir: string): RunState | null {
    const [key, state] = this.#runs.get(id) ?? [];
    return key !== undefined && state !== undefined && key === keyOf(dir) ? state : null;
  }

  remember(state: RunState, dir: string): void {
    const key = keyOf(dir);
    if (key === null) return;
    this.#runs.set(state.id, [key, state]);
    this.#writeSoon();
  }

  forget(id: RunId): void {
    if (this.#runs.delete(id)) this.#writeSoon();
  }

  close(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#write();
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.#write(), WRITE_MS).unref();
  }

  #write(): void {
    this.#timer = null;
    try {
      makeFolder(dirname(this.#path), 0o700);
      writeWhole(
        this.#path,
        JSON.stringify({ program: this.#program, runs: Object.fromEntries(this.#runs) }),
        0o600,
      );
    } catch (error) {
      console.error('Cannot write the index of runs:', error);
    }
  }
}
