import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync, type BigIntStats } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '#files';
import * as v from 'valibot';
import { Sha256 } from '#protocol';

/** The hashes of a file's content, in hex. */
export interface ContentHashes {
  readonly sha256: Sha256;
  readonly sha1: string;
}

/**
 * A file whose times lie this close before it was read may have been written again without its times telling: file systems
 * count in ticks (ext4 4 ms, FAT 2 s), and a server's clock may differ from ours. Git calls such entries racy. ns.
 */
const RACY_NS = 2_000_000_000n;

/** A cache not used for a while is rebuilt rather than read if its shape has changed. */
const VERSION = 1;

/** size, mtime, ctime, inode, device, time it was read (all but the size ns or numbers as text), SHA-256, SHA-1 */
const Entry = v.tuple([
  v.string(),
  v.string(),
  v.string(),
  v.string(),
  v.string(),
  v.string(),
  Sha256,
  v.string(),
]);
const CacheFile = v.object({
  version: v.literal(VERSION),
  entries: v.record(v.string(), v.unknown()),
  digests: v.record(v.string(), v.string()),
});

/**
 * What the files of one root hashed to, by everything `stat` says about them. Any doubt, and a damaged cache file, only cost a
 * hash.
 */
export class StatCache {
  readonly #path: string;
  readonly #entries: Map<string, unknown>;
  readonly #next = new Map<string, unknown>();
  #digests: Readonly<Record<string, string>>;
  #changed = false;

  /** `directory` is where the caches of all roots are. */
  constructor(directory: string, root: string) {
    const name = createHash('sha256').update(root).digest('hex').slice(0, 32);
    this.#path = join(directory, `${name}.json`);
    const file = readCache(this.#path);
    this.#entries = new Map(Object.entries(file?.entries ?? {}));
    this.#digests = file?.digests ?? {};
  }

  /** The hashes of a file that is surely as it was when it was hashed; null where that isn't sure. */
  lookup(path: string, stat: BigIntStats): ContentHashes | null {
    const entry = this.#entries.get(path);
    // Checked by hand: a schema over 2,000 entries would cost more than all else here.
    if (!Array.isArray(entry) || entry.length !== Entry.items.length) return null;
    const [size, mtime, ctime, ino, dev, read, sha256, sha1] = entry as v.InferOutput<typeof Entry>;
    const same =
      size === String(stat.size) &&
      mtime === String(stat.mtimeNs) &&
      ctime === String(stat.ctimeNs) &&
      ino === String(stat.ino) &&
      dev === String(stat.dev);
    if (!same || isRacy(stat, BigInt(read)) || !v.is(Sha256, sha256)) return null;
    this.#next.set(path, entry);
    return { sha256, sha1 };
  }

  /** `readAt`: the clock in ns before the first byte was read. */
  store(
    path: string,
    stat: BigIntStats,
    { hashes, readAt }: { hashes: ContentHashes; readAt: bigint },
  ): void {
    const { size, mtimeNs, ctimeNs, ino, dev } = stat;
    this.#next.set(path, [
      ...[size, mtimeNs, ctimeNs, ino, dev, readAt].map(String),
      hashes.sha256,
      hashes.sha1,
    ]);
    this.#changed = true;
  }

  /** Guild's digest of a tree, kept by the tree's hash. */
  digestOf(tree: Sha256): string | null {
    return this.#digests[tree] ?? null;
  }

  storeDigest(tree: Sha256, digest: string): void {
    this.#digests = { [tree]: digest };
    this.#changed = true;
  }

  /** Writes what was looked up and stored; the rest is forgotten. A cache that can't be written is no one's loss. */
  save(): void {
    if (!this.#changed && this.#next.size === this.#entries.size) return;
    const entries = Object.fromEntries(this.#next);
    const text = JSON.stringify({ version: VERSION, entries, digests: this.#digests });
    const temporary = `${this.#path}.${process.pid}`;
    try {
      makeFolder(dirname(this.#path), 0o700);
      writeFileSync(temporary, text, { mode: 0o600 });
      renameSync(temporary, this.#path);
    } catch {
      // Read-only or full: hashing is all there is, then.
    }
  }
}

function isRacy(stat: BigIntStats, readAt: bigint): boolean {
  const last = stat.mtimeNs > stat.ctimeNs ? stat.mtimeNs : stat.ctimeNs;
  return last + RACY_NS > readAt;
}

function readCache(path: string): v.InferOutput<typeof CacheFile> | null {
  try {
    const parsed = v.safeParse(CacheFile, JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
