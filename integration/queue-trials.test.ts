import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Revocation, RunSpec, RunState } from '#protocol';
import { AgentHome, kill, newId, shellSpec, type AgentClient } from './support/agent-process.ts';
import { processesMentioning } from './support/processes.ts';
import { waitFor } from './support/wait.ts';

let home: AgentHome;
let agent: AgentClient;

beforeEach(async () => {
  // No device tools: a host without GPUs, whatever machine this is.
  home = new AgentHome();
  agent = await home.client();
});

afterEach(() => {
  agent.close();
  home.dispose();
});

const batch = newId();
const trial = (script: string, index: number, changes: Partial<RunSpec> = {}) =>
  shellSpec(script, {
    batch: { id: batch, index },
    gpus: { kind: 'count', count: 1, devices: null },
    ...changes,
  });

function status(id: string, wanted: RunState['status']): Promise<RunState> {
  return waitFor(`run ${id} is ${wanted}`, async () => {
    const state = await agent.state(id);
    return state.status === wanted ? state : null;
  });
}

const revoke = (id: string, lease = 0) =>
  agent.json<Revocation>(`/runs/${id}/revoke`, { method: 'POST', body: { lease } });

test('a host without devices runs one trial at a time, or as many as its slots say, in order of priority and arrival', async () => {
  const log = join(home.home, 'log');
  const specs = [0, 1, 2, 3].map((index) =>
    trial(`echo ${index} >>'${log}'; sleep 0.2`, index, { priority: index === 3 ? 1 : 0 }),
  );
  for (const spec of specs) await agent.put(spec);
  expect((await agent.state(specs[2]?.id ?? '')).queue).toMatchObject({ waitsFor: 'a slot (1 of 1 taken)' });
  for (const spec of specs) await status(spec.id, 'completed');
  expect(readFileSync(log, 'utf8')).toBe('0\n3\n1\n2\n');
  const wide = [4, 5, 6].map((index) => trial('sleep 1000', index, { slots: 2 }));
  for (const spec of wide) await agent.put(spec);
  await status(wide[1]?.id ?? '', 'running');
  expect(await agent.state(wide[2]?.id ?? '')).toMatchObject({ status: 'pending', queue: { place: 1 } });
});

test("the queue survives its agent's death, in its order and with its priorities", async () => {
  const log = join(home.home, 'log');
  const first = trial(`until [ -e '${log}.go' ]; do sleep 0.05; done`, 0);
  await agent.put(first);
  const others = [1, 2, 3].map((index) => trial(`echo ${index} >>'${log}'`, index));
  for (const spec of others) await agent.put(spec);
  const urgent = trial(`echo urgent >>'${log}'`, 4, { priority: 1 });
  await agent.put(urgent);
  kill((await home.ensure()).pid);
  agent.close();
  agent = await home.client();
  await waitFor(
    'the places are known',
    async () => (await agent.state(others[2]?.id ?? '')).queue?.place === 4,
  );
  writeFileSync(`${log}.go`, '');
  for (const spec of others) await status(spec.id, 'completed');
  expect(readFileSync(log, 'utf8')).toBe('urgent\n1\n2\n3\n');
});

test('a trial that waits is given back: its directory goes, and the same request again is refused', async () => {
  const running = trial('sleep 1000', 0);
  const waiting = trial('echo never', 1);
  await agent.put(running);
  await status(running.id, 'running');
  await agent.put(waiting);
  expect(await revoke(waiting.id)).toBe('revoked');
  expect(existsSync(home.runDir(waiting.id))).toBe(false);
  expect(await revoke(waiting.id)).toBe('revoked');
  const again = await agent.call(`/runs/${waiting.id}`, { method: 'PUT', body: waiting });
  expect(again.status).toBe(409);
  expect(JSON.parse(again.body.toString())).toMatchObject({ code: 'revoked' });
  expect(await agent.put({ ...waiting, lease: 1 })).toMatchObject({ status: 'pending' });
  expect(await revoke(waiting.id, 0)).toBe('started');
});

test('a trial that was given back and came again may be run again as any other, by who knows of no lease', async () => {
  const spec = trial('echo ran', 0);
  expect(await revoke(spec.id)).toBe('revoked');
  await agent.put({ ...spec, lease: 1 });
  await status(spec.id, 'completed');
  await agent.put({ ...spec, attempt: 2 });
  const again = await waitFor('the second attempt to end', async () => {
    const state = await agent.state(spec.id);
    return state.attempt === 2 && state.status === 'completed' ? state : null;
  });
  expect(again.exitStatus).toBe(0);
});

test('a trial that was started stays, whatever became of it', async () => {
  const spec = trial('sleep 1000', 0);
  await agent.put(spec);
  await status(spec.id, 'running');
  expect(await revoke(spec.id)).toBe('started');
  await agent.json(`/runs/${spec.id}/stop`, { method: 'POST', body: { graceMs: 100 } });
  expect(await revoke(spec.id)).toBe('started');
});

test('a request that comes after its run was given back starts nothing, also after a restart of the agent', async () => {
  const spec = trial('echo never', 0);
  expect(await revoke(spec.id)).toBe('revoked');
  kill((await home.ensure()).pid);
  agent.close();
  agent = await home.client();
  const late = await agent.call(`/runs/${spec.id}`, { method: 'PUT', body: spec });
  expect(late.status).toBe(409);
});

test('a trial that is given back is at no moment told of as one that runs', async () => {
  await agent.put(trial('sleep 1000', 0));
  const told = new Set<string>();
  for (let round = 1; round <= 10; round += 1) {
    const waiting = trial('echo never', round);
    await agent.put(waiting);
    const asking = { isOver: false };
    const back = revoke(waiting.id).finally(() => (asking.isOver = true));
    while (!asking.isOver) {
      const answer = await agent.call(`/runs/${waiting.id}`);
      if (answer.status === 200) told.add((JSON.parse(answer.body.toString()) as RunState).status);
    }
    expect(await back).toBe('revoked');
  }
  expect([...told]).toEqual(['pending']);
});

test('given back or started, and never both, however the two race', async () => {
  for (let round = 0; round < 20; round += 1) {
    const spec = trial('echo ran', round);
    const put = agent.call(`/runs/${spec.id}`, { method: 'PUT', body: spec });
    await new Promise((resolve) => setTimeout(resolve, round % 10));
    const answer = await revoke(spec.id);
    await put;
    // One that was given back has no directory, and one that was started ends.
    const gone = answer === 'revoked' && !existsSync(home.runDir(spec.id));
    expect(gone || (await status(spec.id, 'completed')).exitStatus === 0).toBe(true);
  }
});

test('a whole batch is stopped: what waits never starts, what runs ends, and nothing of it is left', async () => {
  const specs = [0, 1, 2].map((index) => trial('echo ran; sleep 1000', index));
  const bystander = shellSpec('sleep 1000');
  for (const spec of [...specs, bystander]) await agent.put(spec);
  await status(specs[0]?.id ?? '', 'running');
  const stopped = await agent.json<RunState[]>(`/batches/${batch}/stop`, {
    method: 'POST',
    body: { graceMs: 200 },
  });
  expect(stopped.map((state) => state.status)).toEqual(['terminated', 'terminated', 'terminated']);
  expect(stopped.filter((state) => state.reason === 'stopped before it started')).toHaveLength(2);
  for (const spec of specs) expect(processesMentioning(`SORTIE_RUN_ID=${spec.id}`)).toEqual([]);
  expect((await agent.state(bystander.id)).status).toBe('running');
});

test('the time limit of a run that waited counts from its start', async () => {
  const first = trial('sleep 2', 0);
  const limited = trial('sleep 1000', 1, { stopAfterMinutes: 1 / 60 });
  await agent.put(first);
  await agent.put(limited);
  await status(limited.id, 'running');
  const ended = await status(limited.id, 'terminated');
  expect(ended.reason).toBe('stopped after its time limit');
  expect((ended.stopped ?? 0) - (ended.started ?? 0)).toBeGreaterThan(900_000);
});
