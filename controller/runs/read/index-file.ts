import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '#files';
import type { Run } from './run.ts';

/** A listing's cache: what each finished run was, and the times of its files that would show a change. */
interface IndexFile {
  readonly version: number;
  readonly runs: Readonly<Record<string, readonly [stamp: string, run: Run]>>;
}

const VERSION = 5;

/**
 * The paths whose times show any change to a finished run: an attribute made or removed changes attrs/, one edited in place itself;
 * marks and locks change .guild/; a mirror's record and a restart's spec change sortie/. What isn't there needs no look: its folder
 * tells when it comes.
 */
function watchedOf({ attrs, isOurs }: Run): string[] {
  const watched = ['.guild', '.guild/attrs'];
  if (isOurs) watched.push('.guild/sortie');
  if ('label' in attrs) watched.push('.guild/attrs/label');
  if ('tags' in attrs) watched.push('.guild/attrs/tags');
  return watched;
}

/** An index that may be deleted at any time, and is believed only where the run's files say so. */
export class RunIndex {
  readonly #path: string;
  readonly #known: IndexFile['runs'];
  readonly #next: Record<string, readonly [string, Run]> = {};
  #changed = false;

  constructor(home: string, root: string) {
    this.#path = join(home, 'cache', `runs-${root === 'trash' ? 'trash' : 'index'}.json`);
    this.#known = readIndex(this.#path);
  }

  /** The run as it was indexed; null when it wasn't, or may have changed since. */
  lookup(dir: string, id: string): Run | null {
    const entry = this.#known[id];
    if (entry === undefined || entry[0] !== stampOf(dir, entry[1])) return null;
    this.#next[id] = entry;
    return entry[1];
  }

  /** `stamp` is from before the run was read a last time, so that a change meanwhile is seen next time. */
  store(run: Run, stamp: string): void {
    this.#next[run.id] = [stamp, run];
    this.#changed = true;
  }

  save(): void {
    const same = Object.keys(this.#next).length === Object.keys(this.#known).length;
    if (!this.#changed && same) return;
    const temporary = `${this.#path}.${process.pid}`;
    try {
      makeFolder(dirname(this.#path), 0o700);
      writeFileSync(temporary, JSON.stringify({ version: VERSION, runs: this.#next }), { mode: 0o600 });
      renameSync(temporary, this.#path);
    } catch {
      // Without an index a listing is only slower.
    }
  }
}

/** The times of what would change with a run. */
export function stampOf(dir: string, run: Run): string {
  return watchedOf(run)
    .map((path) => {
      const stat = statSync(`${dir}/${path}`, { throwIfNoEntry: false });
      return stat === undefined ? '-' : `${stat.mtimeMs}.${stat.ino}`;
    })
    .join(' ');
}

function readIndex(path: string): IndexFile['runs'] {
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as Partial<IndexFile>;
    return file.version === VERSION && typeof file.runs === 'object' ? file.runs : {};
  } catch {
    return {};
  }
}
