import { join } from 'node:path';
import { assertSafeEntries, type ManifestEntry, type Sha256 } from '#protocol';
import type { Progress } from '#controller/remotes';
import { sourceDigest } from './digest.ts';
import { hashFile } from './hash-file.ts';
import type { Selection } from './select.ts';
import { guardSize } from './size-guard.ts';
import { StatCache } from './stat-cache.ts';
import { makeTree, type BlobSource, type Tree } from './tree.ts';
import type { FoundFile } from './walk.ts';

export interface PackContext {
  /** SORTIE_HOME: its cache/source/ keeps what files hashed to. */
  readonly home: string;
  readonly signal?: AbortSignal | undefined;
  /** Bytes above which source is refused; 0 lifts the guard. */
  readonly maxBytes?: number;
  /** Told of links that lead out of a dependency, a sentence each. */
  readonly notice?: ((text: string) => void) | undefined;
  /** `done` and `total` count the bytes that have to be hashed: nothing where all is known. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Hashes the selected files into a tree whose paths are those of the run directory. Throws UserError `source-too-big`,
 * `source-changed` and `unsafe-path`, each naming files.
 */
export async function packTree(selection: Selection, context: PackContext): Promise<Tree> {
  const { files, dest } = selection;
  const placed = files.map((found) => ({ found, path: dest === '.' ? found.path : join(dest, found.path) }));
  if (context.maxBytes !== 0) {
    guardSize(
      placed.map(({ path, found }) => ({ path, size: Number(found.stat.size) })),
      context.maxBytes,
    );
  }
  const cache = cacheFor(context, selection.root);
  const { entries, sources } = await hashAll(placed, cache, context);
  assertSafeEntries(entries);
  const tree = makeTree({ entries, sources });
  const digest = selection.digest ? await digestOf(tree, cache, context.signal) : null;
  cache.save();
  return { ...tree, digest };
}

export function cacheFor({ home }: PackContext, root: string): StatCache {
  return new StatCache(join(home, 'cache', 'source'), root);
}

/** A file and its path in the tree. */
export interface PlacedFile {
  readonly found: FoundFile;
  readonly path: string;
}

export async function hashAll(
  placed: readonly PlacedFile[],
  cache: StatCache,
  { signal, onProgress }: Pick<PackContext, 'signal' | 'onProgress'>,
): Promise<{ entries: ManifestEntry[]; sources: Map<Sha256, BlobSource> }> {
  const looked = placed.map(({ found, path }) => ({
    found,
    path,
    known: cache.lookup(found.path, found.stat),
  }));
  const total = looked.reduce(
    (sum, { known, found }) => sum + (known === null ? Number(found.stat.size) : 0),
    0,
  );
  let done = 0;
  const onBytes = (count: number) => {
    done += count;
    onProgress?.({ host: 'local', what: 'pack', done: Math.min(done, total), total });
  };
  const entries: ManifestEntry[] = [];
  const sources = new Map<Sha256, BlobSource>();
  for (const { found, path, known } of looked) {
    const { hashes, stat } =
      known === null
        ? await hashAnew(found, cache, { signal, onBytes })
        : { hashes: known, stat: found.stat };
    const size = Number(stat.size);
    const executable = (stat.mode & 0o111n) !== 0n;
    entries.push({ kind: 'file', path, size, executable, blob: hashes.sha256, sha1: hashes.sha1 });
    sources.set(hashes.sha256, { absolute: found.absolute, size });
  }
  return { entries, sources };
}

interface Hashing {
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (count: number) => void;
}

async function hashAnew(found: FoundFile, cache: StatCache, { signal, onBytes }: Hashing) {
  const hashed = await hashFile(found.absolute, signal, onBytes);
  cache.store(found.path, hashed.stat, hashed);
  return hashed;
}

/** The digest needs every byte again, so it is kept by the tree's hash, on which alone it depends. */
async function digestOf(
  tree: Omit<Tree, 'digest'>,
  cache: StatCache,
  signal?: AbortSignal,
): Promise<string | null> {
  const known = cache.digestOf(tree.hash);
  if (known !== null) return known;
  const digest = await sourceDigest(tree, signal);
  if (digest !== null) cache.storeDigest(tree.hash, digest);
  return digest;
}
