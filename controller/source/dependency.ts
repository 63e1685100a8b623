import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, relative, resolve } from 'node:path';
import { entriesIn } from '#files';
import { assertSafeEntries, UserError, type ManifestEntry } from '#protocol';
import { OutsideLinks } from './outside-links.ts';
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
 * There is no guard on size: data is what dependencies are for. Throws UserError `missing-dependency`, `bad-dependency`, `unreadable-file`,
 * `source-changed`, `unsafe-path`.
 */
export async function packDependencies(
  requests: readonly DependencyRequest[],
  context: PackContext,
): Promise<Tree> {
  const gathered: Gathered = { files: [], others: [] };
  for (const request of requests) {
    const at = request.at ?? basename(request.path);
    const outside = statSync(request.path, { throwIfNoEntry: false })?.isDirectory()
      ? new OutsideLinks(request.path)
      : null;
    const place = { absolute: request.path, at, root: request.path, rootAt: at, outside };
    gather(gathered, place, context.signal);
    for (const text of outside?.warnings ?? []) context.notice?.(text);
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
  readonly outside: OutsideLinks | null;
}

function gather(into: Gathered, place: Place, signal?: AbortSignal, depth = 0): void {
  signal?.throwIfAborted();
  const { absolute, at, root, outside } = place;
  if (absolute !== root && lstatSync(absolute).isSymbolicLink()) {
    const target = readlinkSync(absolute);
    if (staysInside(place, target)) {
      into.others.push({ kind: 'link', path: at, target });
      return;
    }
  }
  const stat = statSync(absolute, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) throw missing(absolute);
  if (stat.isFile()) {
    into.files.push({ found: { path: at, absolute, stat }, path: at });
    if (absolute !== root) outside?.note(relative(root, absolute));
  } else if (stat.isDirectory()) {
    // Links that lead out of the tree and back in could go round for ever.
    if (depth > MAX_DEPTH) throw missing(absolute);
    const { entries, garbled } = listed(absolute);
    const [bad] = garbled;
    if (bad !== undefined) {
      throw new UserError({
        code: 'bad-dependency',
        message: `dependency '${join(absolute, bad)}' has a name that is not UTF-8`,
        hint: 'Rename it, or name the files that are needed.',
      });
    }
    if (entries.length === 0) into.others.push({ kind: 'directory', path: at });
    for (const { name } of entries) {
      gather(into, { ...place, absolute: join(absolute, name), at: `${at}/${name}` }, signal, depth + 1);
    }
  } else {
    throw new UserError({
      code: 'bad-dependency',
      message: `dependency '${absolute}' is neither a file nor a directory`,
    });
  }
}

function listed(directory: string): ReturnType<typeof entriesIn> {
  try {
    return entriesIn(directory);
  } catch (error) {
    throw new UserError({
      code: 'unreadable-file',
      message: `cannot read dependency '${directory}': ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Make it readable, or name the files that are needed.',
      cause: error,
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
