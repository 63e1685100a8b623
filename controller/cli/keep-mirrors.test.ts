import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listRuns, mirrorRun } from '#controller/runs';
import { MemoryHost } from '../remotes/memory-host.ts';
import { memoryRun } from '../remotes/memory-run.ts';
import { keepMirrors } from './keep-mirrors.ts';

test('what a watched host says of runs is known to listings once the watch is over', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sortie-keep-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const id = 'a'.repeat(32);
  const host = new MemoryHost();
  const run = memoryRun(id, { status: 'running', exitStatus: null });
  host.runsById.set(id, run);
  await mirrorRun(host, id, { home, follow: false });
  expect(listRuns(home)).toMatchObject([{ status: 'running' }]);
  {
    await using _kept = keepMirrors([host], home);
    run.state = { ...run.state, status: 'completed', exitStatus: 0 };
  }
  expect(listRuns(home)).toMatchObject([{ status: 'completed' }]);
});
