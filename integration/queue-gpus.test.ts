import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostInfo, RunSpec, RunState } from '#protocol';
import { AgentHome, kill, newId, shellSpec, type AgentClient } from './support/agent-process.ts';
import { FakeGpus } from './support/fake-gpus.ts';
import { waitFor } from './support/wait.ts';

let gpus: FakeGpus;
let home: AgentHome;
let agent: AgentClient;
const opened: { readonly dispose: () => void }[] = [];

beforeEach(async () => {
  gpus = new FakeGpus(2);
  home = new AgentHome(gpus.env);
  agent = await home.client();
});

afterEach(() => {
  agent.close();
  for (const each of opened.splice(0)) each.dispose();
  home.dispose();
  gpus.dispose();
});

/** Runs until a file named `go` appears in its directory, or 100 s at most. */
const UNTIL_GO = 'n=0; until [ -e go ] || [ $n = 1000 ]; do sleep 0.1; n=$((n+1)); done';
const all = { kind: 'all', devices: null } as const;
const one = { kind: 'count', count: 1, devices: null } as const;

const single = (changes: Partial<RunSpec> = {}) =>
  shellSpec(`env | grep VISIBLE; ${UNTIL_GO}`, { gpus: all, ...changes });

function status(id: string, wanted: RunState['status'], of = agent): Promise<RunState> {
  return waitFor(`run ${id} is ${wanted}`, async () => {
    const state = await of.state(id);
    return state.status === wanted ? state : null;
  });
}

function waits(id: string, words: RegExp | string, of = agent): Promise<RunState> {
  return waitFor(`run ${id} waits for ${String(words)}`, async () => {
    const state = await of.state(id);
    const said = state.queue?.waitsFor ?? '';
    return (typeof words === 'string' ? said === words : words.test(said)) ? state : null;
  });
}

async function go(
  spec: RunSpec,
  of: { readonly client: AgentClient; readonly home: AgentHome } = { client: agent, home },
) {
  writeFileSync(join(of.home.runDir(spec.id), 'go'), '');
  await status(spec.id, 'completed', of.client);
}

test('a single run gets all devices in PCI order, and the next one waits for it and says so', async () => {
  const [first, second] = [single(), single()];
  await agent.put(first);
  const running = await status(first.id, 'running');
  expect(running.gpus).toEqual([gpus.uuid(0), gpus.uuid(1)]);
  await agent.put(second);
  const words = `GPUs 0–1 in use by ${first.id.slice(0, 8)}`;
  expect(await waits(second.id, words)).toMatchObject({
    status: 'pending',
    queue: { place: 1, since: expect.any(Number) },
  });
  await go(first);
  expect(readFileSync(join(home.runDir(first.id), '.guild/output'), 'utf8')).toBe(
    'CUDA_VISIBLE_DEVICES=0,1\n',
  );
  await status(second.id, 'running');
  await go(second);
});

test('trials get a device each, and no more run than there are devices', async () => {
  const batch = newId();
  const trials = [0, 1, 2].map((index) => single({ gpus: one, batch: { id: batch, index } }));
  for (const trial of trials) await agent.put(trial);
  const [a, b, c] = trials as [RunSpec, RunSpec, RunSpec];
  const states = await Promise.all([status(a.id, 'running'), status(b.id, 'running')]);
  expect(states.flatMap((state) => state.gpus).sort()).toEqual([gpus.uuid(0), gpus.uuid(1)].sort());
  await waits(c.id, 'a slot (2 of 2 taken)');
  await go(b);
  expect((await status(c.id, 'running')).gpus).toEqual([gpus.uuid(1)]);
  const info = await agent.json<HostInfo>('/host');
  expect(info.gpus.map(({ heldBy }) => heldBy)).toEqual([a.id, c.id]);
});

test('two homes on one machine never share a device, and each says what the other one holds', async () => {
  const other = new AgentHome(gpus.env);
  opened.push(other);
  const client = await other.client();
  opened.push({ dispose: () => client.close() });
  const [mine, theirs] = [single(), single()];
  await agent.put(mine);
  await status(mine.id, 'running');
  await client.put(theirs);
  await waits(theirs.id, new RegExp(`GPUs 0–1 in use by ${mine.id.slice(0, 8)}`), client);
  expect((await client.state(theirs.id)).gpus).toEqual([]);
  await go(mine);
  expect((await status(theirs.id, 'running', client)).gpus).toHaveLength(2);
});

test('many homes that ask at the same moment get a device one after the other', async () => {
  gpus.set(gpus.gpus.slice(0, 1));
  const script = `mkdir "$BUSY" || echo taken twice; sleep 0.1; rmdir "$BUSY"`;
  const homes = [home, new AgentHome(gpus.env), new AgentHome(gpus.env)];
  opened.push(...homes.slice(1));
  const clients = await Promise.all(homes.map((each) => each.client()));
  opened.push(...clients.map((client) => ({ dispose: () => client.close() })));
  const environment = { base: 'host' as const, variables: { BUSY: join(gpus.folder, 'busy') }, secrets: [] };
  const put = clients.flatMap((client) =>
    [1, 2, 3].map(() => ({ client, spec: shellSpec(script, { gpus: all, environment }) })),
  );
  await Promise.all(put.map(({ client, spec }) => client.put(spec)));
  await Promise.all(put.map(({ client, spec }) => status(spec.id, 'completed', client)));
  for (const { client, spec } of put)
    expect((await client.call(`/runs/${spec.id}/output`)).body.toString()).toBe('');
});

test("an agent's death frees no device: the next agent learns what is held, and starts who waits when it is free", async () => {
  const [first, second] = [single(), single()];
  await agent.put(first);
  await status(first.id, 'running');
  await agent.put(second);
  await waits(second.id, /in use by/);
  kill((await home.ensure()).pid);
  agent.close();
  agent = await home.client();
  await waits(second.id, /GPUs? 0.* in use by/);
  expect((await agent.state(first.id)).gpus).toHaveLength(2);
  await go(first);
  await status(second.id, 'running');
});

test('a device stays held while its program lives, though its supervisor and its agent were killed', async () => {
  const spec = single();
  await agent.put(spec);
  await status(spec.id, 'running');
  // A run counts as running from its claim on, which is a moment before its supervisor says who it is.
  const identity = join(home.runDir(spec.id), '.guild/sortie/attempts/1/claim/supervisor');
  const supervisor = await waitFor('the supervisor to say who it is', () =>
    existsSync(identity) ? Number.parseInt(readFileSync(identity, 'utf8'), 10) : null,
  );
  kill((await home.ensure()).pid);
  kill(supervisor);
  const other = new AgentHome(gpus.env);
  opened.push(other);
  const client = await other.client();
  opened.push({ dispose: () => client.close() });
  const late = single();
  await client.put(late);
  await waits(late.id, new RegExp(`GPUs 0–1 in use by ${spec.id.slice(0, 8)}`), client);
  writeFileSync(join(home.runDir(spec.id), 'go'), '');
  expect((await status(late.id, 'running', client)).gpus).toHaveLength(2);
});

test("a device that somebody's program uses is waited for, by name, until that program has gone", async () => {
  const foreign = spawn('sleep', ['1000'], { stdio: 'ignore' });
  opened.push({ dispose: () => foreign.kill('SIGKILL') });
  gpus.change(0, {
    processes: [{ pid: foreign.pid ?? 0, name: '/usr/bin/python train.py', memory: 31_744 }],
  });
  const spec = single();
  await waitFor(
    'the process is seen',
    async () => (await agent.json<HostInfo>('/host')).gpus[0]?.processes.length,
  );
  await agent.put(spec);
  await waits(spec.id, `GPU 0 in use by ${userInfo().username} (python, 31 GB)`);
  const narrow = single({ gpus: one });
  await agent.put(narrow);
  expect((await status(narrow.id, 'running')).gpus).toEqual([gpus.uuid(1)]);
  await go(narrow);
  foreign.kill('SIGKILL');
  gpus.change(0, { processes: [] });
  await status(spec.id, 'running');
});

test('only the devices named are used, by index or UUID; one that is not there ends the run with the reason', async () => {
  const named = single({ gpus: { kind: 'all', devices: ['1'] } });
  await agent.put(named);
  expect((await status(named.id, 'running')).gpus).toEqual([gpus.uuid(1)]);
  const byUuid = single({ gpus: { kind: 'all', devices: [gpus.uuid(0)] } });
  await agent.put(byUuid);
  expect((await status(byUuid.id, 'running')).gpus).toEqual([gpus.uuid(0)]);
  const wrong = single({ gpus: { kind: 'all', devices: ['7'] } });
  await agent.put(wrong);
  expect((await status(wrong.id, 'error')).reason).toBe("no GPU '7' on this host, which has 2 GPUs");
});

test('parts of a divided device are booked by themselves, and named by UUID', async () => {
  const parts = ['MIG-aaaaaaaa-0000', 'MIG-bbbbbbbb-0000'].map((uuid) => ({
    uuid: `${uuid}-${newId().slice(0, 8)}`,
    profile: '3g.20gb',
  }));
  gpus.change(0, { mig: parts });
  const fresh = new AgentHome(gpus.env);
  opened.push(fresh);
  const client = await fresh.client();
  opened.push({ dispose: () => client.close() });
  const info = await waitFor('the parts', async () => {
    const found = await client.json<HostInfo>('/host');
    return found.gpus.length === 3 ? found : null;
  });
  expect(info.gpus.map(({ uuid }) => uuid)).toEqual([parts[0]?.uuid, parts[1]?.uuid, gpus.uuid(1)]);
  const spec = shellSpec('printf %s "$CUDA_VISIBLE_DEVICES"', { gpus: { kind: 'all', devices: ['0:1'] } });
  await client.put(spec);
  await status(spec.id, 'completed', client);
  expect((await client.call(`/runs/${spec.id}/output`)).body.toString()).toBe(parts[1]?.uuid);
});

test('the tool is started once and loops, and is started again when it dies', async () => {
  const seen = async () => (await agent.json<HostInfo>('/host')).gpus.length === 2;
  await waitFor('the devices are found', seen);
  gpus.change(0, { used: 1234 });
  await waitFor('telemetry', async () => (await agent.json<HostInfo>('/host')).gpus[0]?.memoryUsed === 1234);
  const queries = () => gpus.calls.filter(({ args }) => args.startsWith('--query-gpu'));
  expect(queries()).toHaveLength(1);
  kill(queries()[0]?.pid ?? 0);
  await waitFor('another query', () => queries().length === 2);
  gpus.change(0, { used: 2345 });
  await waitFor('telemetry', async () => (await agent.json<HostInfo>('/host')).gpus[0]?.memoryUsed === 2345);
  expect((await agent.json<HostInfo>('/host')).gpus[0]).toMatchObject({
    power: null,
    utilisation: null,
    temperature: 41,
  });
});

test('where the driver is broken, runs start as on a host without devices', async () => {
  gpus.set(gpus.gpus, { broken: true });
  const broken = new AgentHome(gpus.env);
  opened.push(broken);
  const client = await broken.client();
  opened.push({ dispose: () => client.close() });
  const spec = shellSpec('echo ran', { gpus: all });
  await client.put(spec);
  expect(await status(spec.id, 'completed', client)).toMatchObject({ gpus: [] });
});
