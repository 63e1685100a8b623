import { existsSync, readFileSync, writeFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunState } from '#protocol';
import { AgentHome, kill, shellSpec, type AgentClient } from './support/agent-process.ts';
import { processesMentioning } from './support/processes.ts';
import { waitFor } from './support/wait.ts';

let home: AgentHome;

beforeEach(() => {
  home = new AgentHome();
});

afterEach(() => {
  home.dispose();
});

const FINAL = ['completed', 'error', 'terminated', 'lost'];

function ended(agent: AgentClient, id: string): Promise<RunState> {
  return waitFor(`run ${id} to end`, async () => {
    const state = await agent.state(id);
    return FINAL.includes(state.status) ? state : null;
  });
}

/** How often the program was started: it leaves a line in a file of the run for each time. */
const COUNTED = 'echo started >> starts; echo "output of it"; sleep 0.2; exit 4';
const starts = (id: string) => readFileSync(join(home.runDir(id), 'starts'), 'utf8').split('\n').length - 1;

describe('an agent that is killed', () => {
  test.each(['staged-aside', 'staged', 'before-intent', 'after-intent', 'after-spawn'])(
    'at the point %s starts the run once, all the same',
    async (point) => {
      const spec = shellSpec(COUNTED);
      const doomed = await home.client({ SORTIE_FAULT: point });
      await doomed.put(spec).catch(() => undefined);
      const agent = await home.client();
      await agent.put(spec);
      expect(await ended(agent, spec.id)).toMatchObject({ status: 'error', exitStatus: 4 });
      expect(starts(spec.id)).toBe(1);
      expect((await agent.call(`/runs/${spec.id}/output`)).body.toString()).toBe('output of it\n');
      expect(processesMentioning(`SORTIE_RUN_ID=${spec.id}`)).toEqual([]);
      agent.close();
    },
  );

  test('while a run lives leaves it alone, and the next one knows it again', async () => {
    const spec = shellSpec('echo one; while [ ! -e go ]; do sleep 0.05; done; echo two');
    const card = await home.ensure();
    const first = await home.client();
    await first.put(spec);
    await waitFor(
      'its first words',
      async () => (await first.call(`/runs/${spec.id}/output`)).body.length > 0,
    );
    const before = await first.state(spec.id);
    kill(card.pid);
    const agent = await home.client();
    expect(await agent.state(spec.id)).toMatchObject({ status: 'running', started: before.started });
    const rest = agent.call(`/runs/${spec.id}/output?from=4&follow=1`);
    writeFileSync(join(home.runDir(spec.id), 'go'), '');
    expect((await rest).body.toString()).toBe('two\n');
    expect(await ended(agent, spec.id)).toMatchObject({ status: 'completed', exitStatus: 0 });
    agent.close();
  });

  test('after it recorded a stop has it carried out by the next one', async () => {
    const spec = shellSpec('echo up; sleep 1000');
    const doomed = await home.client({ SORTIE_FAULT: 'stop-recorded' });
    await doomed.put(spec);
    await waitFor('it to be up', async () => (await doomed.call(`/runs/${spec.id}/output`)).body.length > 0);
    await doomed.call(`/runs/${spec.id}/stop`, { method: 'POST', body: {} }).catch(() => undefined);
    const agent = await home.client();
    expect(await ended(agent, spec.id)).toMatchObject({ status: 'terminated', exitStatus: -15 });
    agent.close();
  });

  test('before it wrote a run leaves nothing that the next one keeps', async () => {
    const spec = shellSpec('true');
    const doomed = await home.client({ SORTIE_FAULT: 'staged-aside' });
    await doomed.put(spec).catch(() => undefined);
    expect(readdirSync(join(home.home, 'staging'))).toHaveLength(1);
    const agent = await home.client();
    expect((await agent.call(`/runs/${spec.id}`)).status).toBe(404);
    await waitFor('the sweep', () => readdirSync(join(home.home, 'staging')).length === 0);
    agent.close();
  });
});

describe('a supervisor that is killed', () => {
  test('before it started the program makes the run a lost one, never a second start', async () => {
    const agent = await home.client({ SORTIE_FAULT: 'supervisor-claimed' });
    const spec = shellSpec(COUNTED);
    await agent.put(spec);
    expect(await ended(agent, spec.id)).toMatchObject({
      status: 'lost',
      reason: 'supervisor killed',
      exitStatus: null,
    });
    await agent.put(spec);
    expect(existsSync(join(home.runDir(spec.id), 'starts'))).toBe(false);
    agent.close();
  });

  test.each(['supervisor-started', 'supervisor-spawned'])(
    'at the point %s leaves the program running, and its end without a receipt is a loss',
    async (point) => {
      const agent = await home.client({ SORTIE_FAULT: point });
      const spec = shellSpec(`while [ ! -e go ]; do sleep 0.05; done; ${COUNTED}`);
      await agent.put(spec);
      await waitFor('the program', () => processesMentioning(`SORTIE_RUN_ID=${spec.id}`).length > 0);
      expect(await agent.state(spec.id)).toMatchObject({ status: 'running' });
      writeFileSync(join(home.runDir(spec.id), 'go'), '');
      expect(await ended(agent, spec.id)).toMatchObject({ status: 'lost', reason: 'supervisor killed' });
      expect(starts(spec.id)).toBe(1);
      expect((await agent.call(`/runs/${spec.id}/output`)).body.toString()).toBe('output of it\n');
      agent.close();
    },
  );

  test('after the program ended but before its receipt makes a loss, and after the receipt an end', async () => {
    const lost = await home.client({ SORTIE_FAULT: 'supervisor-ended' });
    const one = shellSpec(COUNTED);
    await lost.put(one);
    expect(await ended(lost, one.id)).toMatchObject({ status: 'lost' });
    lost.close();
    const other = new AgentHome();
    try {
      const agent = await other.client({ SORTIE_FAULT: 'supervisor-receipt' });
      const two = shellSpec(COUNTED);
      await agent.put(two);
      expect(await ended(agent, two.id)).toMatchObject({ status: 'error', exitStatus: 4 });
      agent.close();
    } finally {
      other.dispose();
    }
  });

  test('can still be stopped: what it left behind is found and ended', async () => {
    const agent = await home.client({ SORTIE_FAULT: 'supervisor-spawned' });
    const spec = shellSpec('trap "" TERM; (setsid sleep 1000 &); while :; do sleep 1; done');
    await agent.put(spec);
    await waitFor('the program', () => processesMentioning(`SORTIE_RUN_ID=${spec.id}`).length > 1);
    await agent.json(`/runs/${spec.id}/stop`, { method: 'POST', body: { graceMs: 200 } });
    expect(processesMentioning(`SORTIE_RUN_ID=${spec.id}`)).toEqual([]);
    expect(await agent.state(spec.id)).toMatchObject({ status: 'lost' });
    agent.close();
  });
});

test('a run of an earlier boot is lost to a reboot', async () => {
  const agent = await home.client();
  const spec = shellSpec('echo up; sleep 1000');
  await agent.put(spec);
  await waitFor('it to be up', async () => (await agent.call(`/runs/${spec.id}/output`)).body.length > 0);
  const { pid } = await home.ensure();
  kill(pid);
  const attempt = join(home.runDir(spec.id), '.guild/sortie/attempts/1');
  for (const name of ['claim/supervisor', 'started']) {
    const [process, start] = readFileSync(join(attempt, name), 'utf8').split('\t');
    kill(Number(process));
    writeFileSync(join(attempt, name), `${process}\t${start}\tanother-boot\n`);
  }
  const next = await home.client();
  expect(await next.state(spec.id)).toMatchObject({ status: 'lost', reason: 'host rebooted' });
  next.close();
  agent.close();
});

test('a restart is a next attempt in the same directory, its old outcome cleared', async () => {
  const agent = await home.client();
  const spec = shellSpec('echo "attempt"; sleep 0.3; exit 2');
  await agent.put(spec);
  await ended(agent, spec.id);
  const again = { ...spec, attempt: 2, command: ['/bin/sh', '-c', 'sleep 0.3; echo again'] };
  expect(await agent.put(again)).toMatchObject({ attempt: 2, exitStatus: null, stopped: null });
  expect(existsSync(join(home.runDir(spec.id), '.guild/attrs/exit_status'))).toBe(false);
  expect(await ended(agent, spec.id)).toMatchObject({ attempt: 2, status: 'completed', exitStatus: 0 });
  expect((await agent.call(`/runs/${spec.id}/output`)).body.toString()).toBe('attempt\nagain\n');
  expect((await agent.call(`/runs/${spec.id}`, { method: 'PUT', body: spec })).status).toBe(409);
  agent.close();
});

test('a time limit is kept by an agent that was started after the run', async () => {
  const spec = shellSpec('echo up; sleep 1000', { stopAfterMinutes: 0.03 });
  const card = await home.ensure();
  const first = await home.client();
  await first.put(spec);
  kill(card.pid);
  const agent = await home.client();
  expect(await ended(agent, spec.id)).toMatchObject({
    status: 'terminated',
    reason: 'stopped after its time limit',
  });
  agent.close();
});

test("two hosts with one home never take each other's runs for their own", async () => {
  const agent = await home.client();
  const spec = shellSpec('echo up; sleep 1000');
  await agent.put(spec);
  const other = await home.client({ SORTIE_HOST_ID: 'another-host' });
  expect(await other.json('/runs')).toEqual([]);
  expect((await other.call(`/runs/${spec.id}`)).status).toBe(404);
  expect((await other.call(`/runs/${spec.id}`, { method: 'PUT', body: spec })).status).toBe(409);
  expect(await agent.state(spec.id)).toMatchObject({ status: 'running' });
  agent.close();
  other.close();
});
