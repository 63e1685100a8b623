import { lstatSync, statfsSync } from 'node:fs';
import { join, posix } from 'node:path';
import PQueue from 'p-queue';
import * as v from 'valibot';
import { isFinal, RunId, splitSafeEntries, UserError, type FileListing } from '#protocol';
import type { Host, Progress } from '#controller/remotes';
import { fetchFile } from './fetch-file.ts';
import { mirrorRun } from './mirror.ts';
import { isOriginal } from './mirror-file.ts';
import { choosePaths } from './choose-paths.ts';
import { TreeWriter } from './tree-writer.ts';

/** Files on their way at a time: enough to hide a round trip a file. */
const AT_A_TIME = 8;

export interface PullOptions {
  /** SORTIE_HOME: files go to its runs/ID, beside the run's record. */
  readonly home: string;
  /** Files, directories or patterns (fnmatch) of the run; all of it by default. */
  readonly paths?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What a pull did. */
export interface Pulled {
  /** Absolute. */
  readonly dir: string;
  readonly files: number;
  readonly bytes: number;
  /** What was not made here. */
  readonly skipped: readonly Skipped[];
}

export interface Skipped {
  readonly path: string;
  readonly reason: string;
  /** The copy lacks something of the run. Not so for a link that leads out of it: what it leads to is no part of the run. */
  readonly isMissed: boolean;
}

/**
 * Brings a run's files here: its record and output, and what it wrote. Resumes where it stopped, fetches only what differs, and
 * writes nothing outside of the run's directory, whatever the host says. What can't come is left out alone. Throws UserError `unsafe-path`
 * for something in the way here, `no-such-file`, `no-space`.
 */
export async function pullRun(host: Host, id: RunId, context: PullOptions): Promise<Pulled> {
  const { home, paths, signal, onProgress } = context;
  const dir = join(home, 'runs', v.parse(RunId, id));
  if (isOriginal(dir)) return { dir, files: 0, bytes: 0, skipped: [] };
  const state = await mirrorRun(host, id, { home, signal, follow: false });
  const ended = isFinal(state.status);
  const listing = (await host.files(id, '', { signal })).filter(
    (entry) => !isRecord(entry.path) && !isTrialLink(entry),
  );
  const { entries: chosen, skipped } = possible(listing, choosePaths(listing, paths));
  const wanted = chosen.filter((entry) => entry.kind === 'file' && !isHere(dir, entry));
  const total = wanted.reduce((sum, { size }) => sum + size, 0);
  assertSpace(dir, total);
  let done = 0;
  const onBytes = (count: number) => {
    done += count;
    onProgress?.({ host: host.name, what: 'pull', done, total });
  };
  const into = new TreeWriter(dir);
  for (const { kind, path } of chosen) if (kind === 'directory') into.directory(path);
  const left = await fetchAll(wanted, {
    fetch: async (entry) => fetchFile(host, into, { id, entry, ended, onBytes, signal }),
  });
  // Links come last: nothing is written through them.
  for (const entry of chosen) if (entry.kind === 'link') into.link(entry.path, entry.target ?? '');
  return { dir, files: wanted.length - left.length, bytes: done, skipped: [...skipped, ...left] };
}

async function fetchAll(
  wanted: readonly FileListing[],
  { fetch }: { readonly fetch: (entry: FileListing) => Promise<boolean> },
): Promise<Skipped[]> {
  const left: Skipped[] = [];
  const queue = new PQueue({ concurrency: AT_A_TIME });
  try {
    await queue.addAll(
      wanted.map((entry) => async () => {
        const reason = await whyNot(async () => fetch(entry));
        if (reason !== null) left.push({ path: entry.path, reason, isMissed: true });
      }),
    );
  } finally {
    queue.clear();
    await queue.onIdle();
  }
  return left;
}

/** Why a file did not come, where that is of this file alone; null for one that came. */
async function whyNot(fetch: () => Promise<boolean>): Promise<string | null> {
  try {
    return (await fetch()) ? null : 'it changed while it was read';
  } catch (error) {
    if (error instanceof UserError && error.code === 'no-such-file') return 'it is gone';
    if (error instanceof UserError && error.code === 'unreadable-file') return error.message;
    throw error;
  }
}

/** A run's own record comes as a mirror does. */
function isRecord(path: string): boolean {
  return path === '.guild' || path.startsWith('.guild/');
}

/** Those of the chosen entries that can be made here, as the whole listing goes together. */
function possible(
  listing: readonly FileListing[],
  chosen: readonly FileListing[],
): { readonly entries: readonly FileListing[]; readonly skipped: readonly Skipped[] } {
  const { safe, refused } = splitSafeEntries(listing.filter(({ problem }) => problem === undefined));
  const isSafe = new Set(safe);
  const problems = new Map(refused.map(({ entry, problem }) => [entry, problem]));
  const skipped = chosen.flatMap((entry) => {
    const { path } = entry;
    const reason = entry.problem ?? problems.get(entry);
    if (reason === undefined) return [];
    // Links to other runs and to data on the host are usual there, and mean nothing here.
    if (leadsOut(entry)) return [{ path, reason: 'it is a link that leads out of the run', isMissed: false }];
    return [{ path, reason, isMissed: true }];
  });
  return { entries: chosen.filter((entry) => isSafe.has(entry)), skipped };
}

function leadsOut({ kind, path, target = '' }: FileListing): boolean {
  if (kind !== 'link') return false;
  return target.startsWith('/') || /^\.\.(?:\/|$)/.test(posix.join(posix.dirname(path), target));
}

/** Of a batch to a trial, which is a run of its own. */
function isTrialLink({ kind, path, target }: FileListing): boolean {
  return kind === 'link' && v.is(RunId, path) && target === `../${path}`;
}

/** A file is given the host's time once it is whole, which is what tells it from a file that isn't. */
function isHere(dir: string, { path, size, mtime }: FileListing): boolean {
  const there = lstatSync(join(dir, path), { throwIfNoEntry: false });
  return there?.isFile() === true && there.size === size && Math.abs(there.mtimeMs - mtime) < 1;
}

function assertSpace(dir: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(dir);
  if (bytes <= bavail * bsize) return;
  throw new UserError({
    code: 'no-space',
    message: `no space for ${bytes} bytes in ${dir}: ${bavail * bsize} are free`,
    hint: 'Free some space, or name only the files you need.',
  });
}
