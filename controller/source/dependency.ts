import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { assertSafeEntries, UserError, type ManifestEntry } from '#protocol';
import { cacheFor, hashAll, type PackContext, type PlacedFile } from './pack.ts';
import { makeTree, type Tree } from './tree.ts';

/** A file or directory here that a run needs: `--dep`, or a `file:` source of `requires:`. */
export interface DependencyRequest {
  /** Absolute. */
  readonly path: string;
  /** Its path in the run directory; its base name by default. */
  readonly at?: string;
}

interface Gathered {
  readonly files: PlacedFile[];
  readonly others: ManifestEntry[];
}

/**
 * Packs files and whole directories into one tree. A link that stays inside a packed directory stays a link; any other is followed.
 * There is no guard on size: data is what dependencies are for. Throws UserError `missing-dependency`, `source-changed`, `unsafe-path`.
 */
export async function packDependencies(
  requests: readonly DependencyRequest[],
  context: PackContext,
): Promise<Tree> {
  const gathered: Gathered = { files: [], others: [] };
  for (const request of requests) {
    const at = request.at ?? basename(request.path);
    gather(gathered, { absolute: request.path, at, root: request.path, rootAt: at }, context.signal);
  }
  const cache = cacheFor(context, `dependencies\0${requests.map(({ path }) => path).join('\0')}`);
  const { entries, sources } = await hashAll(gathered.files, cache, context);
  const all = [...entries, ...gathered.others];
  assertSafeEntries(all);
  cache.save();
  return { ...makeTree({ entries: all, sources }), digest: null };
}

interface Place {
  readonly absolute: string;
  readonly at: string;
  /** The directory that was asked for, and where it goes. */
  readonly root: string;
  readonly rootAt: string;
}

function gather(into: Gathered, place: Place, signal?: AbortSignal, depth = 0): void {
  signal?.throwIfAborted();
  const { absolute, at, root } = place;
  if (absolute !== root && lstatSync(absolute).isSymbolicLink()) {
    const target = readlinkSync(absolute);
    if (staysInside(place, target)) {
      into.others.push({ kind: 'link', path: at, target });
      return;
    }
  }
  const stat = statSync(absolute, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) throw missing(absolute);
  if (stat.isFile()) into.files.push({ found: { path: at, absolute, stat }, path: at });
  else if (stat.isDirectory()) {
    // Links that lead out of the tree and back in could go round for ever.
    if (depth > MAX_DEPTH) throw missing(absolute);
    const names = readdirSync(absolute).sort();
    if (names.length === 0) into.others.push({ kind: 'directory', path: at });
    for (const name of names) {
      gather(into, { ...place, absolute: join(absolute, name), at: `${at}/${name}` }, signal, depth + 1);
    }
  } else {
    throw new UserError({
      code: 'bad-dependency',
      message: `dependency '${absolute}' is neither a file nor a directory`,
    });
  }
}

const MAX_DEPTH = 64;

/** By the strict rule of safe paths: relative, `..` only in front, and never above what was asked for. */
function staysInside({ absolute, at, root, rootAt }: Place, target: string): boolean {
  if (target.startsWith('/') || /[^/.]\/+\.\.(\/|$)/.test(target) || target.includes('\\')) return false;
  const resolved = resolve(dirname(absolute), target);
  const there = posix.normalize(posix.join(posix.dirname(at), target));
  const inside = resolved === root || resolved.startsWith(`${root}/`);
  return (
    inside &&
    (there === rootAt || there.startsWith(`${rootAt}/`)) &&
    lstatSync(resolved, { throwIfNoEntry: false }) !== undefined
  );
}

function missing(path: string): UserError {
  return new UserError({
    code: 'missing-dependency',
    message: `cannot find dependency '${path}'`,
    hint: 'Give a path that exists here; it is copied to the run.',
  });
}
