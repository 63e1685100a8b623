import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunState } from '#protocol';
import { AgentHome, shellSpec, type AgentClient } from './support/agent-process.ts';
import { processesMentioning } from './support/processes.ts';
import { waitFor } from './support/wait.ts';

const isRoot = process.getuid?.() === 0;

/** Two ways in which a disk has no room, as options of a tmpfs, and a program that uses up what is left and then stays. */
const KINDS = [
  ['blocks', 'size=4m', 'cat /dev/zero >filler 2>/dev/null'],
  ['inodes', 'size=4m,nr_inodes=400', 'i=0; while : >filler$i; do i=$((i+1)); done 2>/dev/null'],
] as const;

const STAYS = 'echo full; while :; do sleep 0.1; done';

describe.runIf(isRoot).each(KINDS)('on a disk whose %s a run has used up', (_, options, fill) => {
  let home: AgentHome;
  let agent: AgentClient;

  beforeEach(async () => {
    home = new AgentHome();
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', home.home]);
    agent = await home.client();
  });
  afterEach(() => {
    agent.close();
    execFileSync('umount', ['--lazy', home.home]);
    home.dispose();
  });

  const filledBy = async (script: string) => {
    const spec = shellSpec(`echo begun; (${fill}); ${script}`);
    await agent.put(spec);
    await waitFor('the disk to be full', () => isFull(home.home));
    return spec;
  };

  const state = (id: string) => agent.state(id);
  const ended = async (id: string): Promise<RunState> => {
    await waitFor('the end', async () => !['pending', 'running'].includes((await state(id)).status));
    return state(id);
  };

  test('it is stopped, and its end and exit status are known', async () => {
    const spec = await filledBy(STAYS);
    const stopped = await agent.json<RunState>(`/runs/${spec.id}/stop`, { method: 'POST', body: {} });
    expect(stopped).toMatchObject({ status: 'terminated', exitStatus: -15 });
    expect(processesMentioning(`SORTIE_RUN_ID=${spec.id}`)).toEqual([]);
  });

  test('its own end is known, by its exit status', async () => {
    const spec = await filledBy('exit 3');
    expect(await ended(spec.id)).toMatchObject({ status: 'error', exitStatus: 3 });
  });

  test('one that waits is stopped before it starts', async () => {
    const waiting = shellSpec('echo never', { slots: 1, batch: { id: 'b'.repeat(32), index: 1 } });
    const spec = shellSpec(`while [ ! -e go ]; do sleep 0.05; done; (${fill}); ${STAYS}`, {
      slots: 1,
      batch: { id: 'b'.repeat(32), index: 0 },
    });
    await agent.put(spec);
    expect(await agent.put(waiting)).toMatchObject({ status: 'pending' });
    writeFileSync(join(home.runDir(spec.id), 'go'), '');
    await waitFor('the disk to be full', () => isFull(home.home));
    const stopped = await agent.json<RunState>(`/runs/${waiting.id}/stop`, { method: 'POST', body: {} });
    expect(stopped).toMatchObject({ status: 'terminated', reason: 'stopped before it started' });
    await agent.json(`/runs/${spec.id}/stop`, { method: 'POST', body: {} });
    expect(await state(waiting.id)).toMatchObject({ status: 'terminated' });
    expect(readFileSync(join(home.runDir(waiting.id), '.guild/output'), 'utf8')).toBe('');
  });

  test('it is deleted, and the disk is free again', async () => {
    const spec = await filledBy('exit 3');
    await ended(spec.id);
    await agent.json(`/runs/${spec.id}`, { method: 'DELETE' });
    expect(existsSync(home.runDir(spec.id))).toBe(false);
    await agent.json(`/runs/${spec.id}?purge=1`, { method: 'DELETE' });
    expect(isFull(home.home)).toBe(false);
    const next = shellSpec('echo next');
    await agent.put(next);
    expect(await ended(next.id)).toMatchObject({ status: 'completed' });
  });
});

test.runIf(isRoot)(
  'a run whose receipt has no place is told to have ended, and how once there is room',
  async () => {
    const home = new AgentHome();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', home.home]);
    try {
      const agent = await home.client();
      const spec = shellSpec(
        'while [ ! -e go ]; do sleep 0.05; done; cat /dev/zero >filler 2>/dev/null; exit 3',
      );
      await agent.put(spec);
      await waitFor('it to run', async () => (await agent.state(spec.id)).status === 'running');
      rmSync(join(home.runDir(spec.id), '.guild/sortie/attempts/1/exit.tmp'));
      writeFileSync(join(home.runDir(spec.id), 'go'), '');
      await waitFor('its end', async () => (await agent.state(spec.id)).status !== 'running');
      expect(await agent.state(spec.id)).toMatchObject({
        status: 'error',
        exitStatus: null,
        reason: 'ended, receipt not written: disk full',
      });
      rmSync(join(home.runDir(spec.id), 'filler'));
      await waitFor('the receipt', async () => (await agent.state(spec.id)).exitStatus === 3);
      expect(await agent.state(spec.id)).toMatchObject({ status: 'error', reason: null });
      agent.close();
    } finally {
      execFileSync('umount', ['--lazy', home.home]);
      home.dispose();
    }
  },
);

/** No file can be made on it any more, or nothing be written to one. */
function isFull(dir: string): boolean {
  const probe = join(dir, 'probe');
  try {
    writeFileSync(probe, 'x'.repeat(8192));
    return false;
  } catch {
    return true;
  } finally {
    rmSync(probe, { force: true });
  }
}
