import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RunIndex, stampOf } from './index-file.ts';
import { isSettled, readRun } from './read-run.ts';
import { timestampOf, type Run } from './run.ts';

/** A run changed this recently, in ms, may change again without its files' times telling: it isn't indexed yet. */
const RACY_MS = 2000;
/** Reading one run's few small files takes no longer, in ms, on any disk worth a listing. */
const SLOWEST_READ_MS = 10_000;

/** All runs of a home, or of its trash: this machine's and mirrors, newest first. Fast by an index that is never believed blindly. */
export function listRuns(home: string, { deleted = false }: { readonly deleted?: boolean } = {}): Run[] {
  const root = deleted ? join(home, 'trash', 'runs') : join(home, 'runs');
  const index = new RunIndex(home, deleted ? 'trash' : 'runs');
  const runs: Run[] = [];
  for (const id of runIds(root)) {
    const run = readThrough(index, join(root, id), id);
    if (run !== null) runs.push(run);
  }
  index.save();
  return sharesLast(newestFirst(runs));
}

function newestFirst(runs: readonly Run[]): Run[] {
  return runs
    .map((run) => ({ run, at: timestampOf(run) }))
    .sort((a, b) => b.at - a.at || (a.run.id < b.run.id ? -1 : 1))
    .map(({ run }) => run);
}

/**
 * A batch that was left to several hosts has a run on each, and is listed as one: the others come last, so that indexes of what is
 * listed have no gaps.
 */
function sharesLast(runs: readonly Run[]): Run[] {
  const seen = new Set<string>();
  const others: Run[] = [];
  const first = runs.filter((run) => {
    const { batch_group: group } = run.attrs;
    const isOther = group !== undefined && seen.has(group);
    if (group !== undefined) seen.add(group);
    if (isOther) others.push(run);
    return !isOther;
  });
  return [...first, ...others];
}

function readThrough(index: RunIndex, dir: string, id: string): Run | null {
  const known = index.lookup(dir, id);
  if (known !== null) return known;
  const run = readRun(dir, id);
  if (run === null || !isSettled(run)) return run;
  const stamp = stampOf(dir, run);
  // Files this old were as they are when they were read just now.
  if (newest(stamp) + RACY_MS < Date.now() - SLOWEST_READ_MS) index.store(run, stamp);
  return run;
}

function newest(stamp: string): number {
  return Math.max(0, ...stamp.split(' ').map((part) => Number.parseFloat(part) || 0));
}

function runIds(root: string): string[] {
  try {
    return readdirSync(root).filter((name) => /^[0-9a-f]{32}$/.test(name));
  } catch {
    return [];
  }
}
