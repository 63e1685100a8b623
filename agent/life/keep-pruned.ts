import { pruneBlobs } from '../blobs/index.ts';
import type { Revocations } from '../runs/index.ts';

/** Trees that no run has used for this long are given up, in ms: a month's pause in a project costs one more shipment. */
const UNUSED_MS = 30 * 24 * 3600_000;
/** Between two prunings, in ms. */
const EVERY_MS = 24 * 3600_000;
/** After a start, which is somebody's first command, pruning waits this long, in ms. */
const FIRST_MS = 60_000;

/** Prunes the blobs of a home, and what it remembers of trials given back, from time to time; returns how to end that. */
export function keepPruned(blobs: string, revocations: Pick<Revocations, 'prune'>): () => void {
  const prune = () => {
    try {
      revocations.prune();
    } catch (error) {
      console.error('Cannot prune the revocations:', error);
    }
    pruneBlobs(blobs, Date.now() - UNUSED_MS).catch((error: unknown) => {
      console.error('Cannot prune the blobs:', error);
    });
  };
  const first = setTimeout(prune, FIRST_MS).unref();
  const timer = setInterval(prune, EVERY_MS).unref();
  return () => {
    clearTimeout(first);
    clearInterval(timer);
  };
}
