import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { keepPruned } from './keep-pruned.ts';

test('what was given back is pruned a minute after a start and once a day from then on, until that is ended', () => {
  vi.useFakeTimers();
  const blobs = mkdtempSync(join(tmpdir(), 'sortie-blobs-'));
  const prune = vi.fn<() => void>();
  const end = keepPruned(blobs, { prune });
  try {
    vi.advanceTimersByTime(59_000);
    expect(prune).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(1000);
    expect(prune).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2 * 24 * 3600_000);
    expect(prune).toHaveBeenCalledTimes(3);
    end();
    vi.advanceTimersByTime(2 * 24 * 3600_000);
    expect(prune).toHaveBeenCalledTimes(3);
  } finally {
    end();
    vi.useRealTimers();
    rmSync(blobs, { recursive: true });
  }
});
