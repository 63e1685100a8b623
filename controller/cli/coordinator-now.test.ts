import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { OpenedHost } from '#controller/remotes';
import { MemoryHost } from '../remotes/memory-host.ts';
import { memoryRun } from '../remotes/memory-run.ts';
import { coordinatorNow } from './coordinator-now.ts';

const BATCH = 'b'.repeat(32);
const TRIAL = '1'.repeat(32);
const home = mkdtempSync(join(tmpdir(), 'sortie-coordinator-now-'));
afterAll(() => rmSync(home, { recursive: true }));

/** The runs that are told of, in their order. */
async function told(host: MemoryHost): Promise<unknown[]> {
  const events = coordinatorNow(BATCH, { host } as unknown as OpenedHost, {
    home,
    say: () => undefined,
    secretsFor: () => ({}),
  });
  return (await Array.fromAsync(events)).map((each) => {
    if (each.type !== 'agent') return each.type;
    return each.event.type === 'run' ? each.event.run.id : each.event.type;
  });
}

function hostWith(...runs: ReturnType<typeof memoryRun>[]): MemoryHost {
  const host = new MemoryHost();
  for (const run of runs) host.runsById.set(run.state.id, run);
  return host;
}

const trial = memoryRun(TRIAL, { batch: BATCH });
const other = memoryRun('2'.repeat(32));

test('the trials of a coordinator that is through are told of before it, be it there or gone', async () => {
  expect(await told(hostWith(memoryRun(BATCH), trial, other))).toEqual([TRIAL, BATCH]);
  expect(await told(hostWith(trial, other))).toEqual([TRIAL, 'removed']);
});

test('of a coordinator that goes on nothing is told: the host tells of it and of its trials', async () => {
  const running = memoryRun(BATCH, { status: 'running', exitStatus: null });
  expect(await told(hostWith(running, trial))).toEqual([]);
});
