import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '#files';
import * as v from 'valibot';
import { Sha256 } from '#protocol';

/** Enough for several trees of a few thousand files; a file of some MB at most. */
const MOST_KNOWN = 20_000;

const KnownFile = v.object({ hostId: v.string(), blobs: v.array(Sha256) });

/** The blobs that a host had when it was last spoken to, by the name it is reached by: a guess that saves asking. */
export class KnownBlobs {
  readonly hostId: string | null;
  readonly #path: string;
  readonly #blobs: ReadonlySet<string>;

  constructor(home: string, host: string) {
    const name = createHash('sha256').update(host).digest('hex').slice(0, 32);
    this.#path = join(home, 'cache', 'known-blobs', `${name}.json`);
    const known = readKnown(this.#path);
    this.hostId = known?.hostId ?? null;
    this.#blobs = new Set(known?.blobs);
  }

  has(blob: Sha256): boolean {
    return this.#blobs.has(blob);
  }

  /** Writes down that a host has these; of the older ones, as many as there is room for. */
  add(hostId: string, blobs: Iterable<Sha256>): void {
    const older = hostId === this.hostId ? this.#blobs : [];
    const all = [...new Set([...blobs, ...older])].slice(0, MOST_KNOWN);
    if (
      hostId === this.hostId &&
      all.length === this.#blobs.size &&
      all.every((blob) => this.#blobs.has(blob))
    )
      return;
    const temporary = `${this.#path}.${process.pid}`;
    try {
      makeFolder(dirname(this.#path), 0o700);
      writeFileSync(temporary, JSON.stringify({ hostId, blobs: all }), { mode: 0o600 });
      renameSync(temporary, this.#path);
    } catch {
      // Without it the host is asked about every blob.
    }
  }
}

function readKnown(path: string): v.InferOutput<typeof KnownFile> | null {
  try {
    return v.parse(KnownFile, JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
