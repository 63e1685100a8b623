import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HostInfo, RunState } from '#protocol';
import { AgentHome, shellSpec, treeOf, type AgentClient } from './support/agent-process.ts';
import { processesMentioning } from './support/processes.ts';
import { waitFor } from './support/wait.ts';

let home: AgentHome;
let agent: AgentClient;

beforeEach(async () => {
  home = new AgentHome();
  agent = await home.client();
});

afterEach(() => {
  agent.close();
  home.dispose();
});

const ended = (id: string) =>
  waitFor(`run ${id} has ended`, async () => {
    const state = await agent.state(id);
    return ['completed', 'error', 'terminated', 'lost'].includes(state.status) ? state : null;
  });

test('a second ensure finds the agent that the first one started', async () => {
  const again = await home.ensure();
  const info = await agent.json<HostInfo>('/host');
  expect(again.pid).toBe(info.agent.pid);
  expect(info.home).toBe(home.home);
});

test('a run is staged from blobs, runs, and leaves the directory that Guild reads', async () => {
  const script = 'echo "hello $1"; echo err >&2; exit 3';
  const { tree, tar } = await treeOf({ 'main.sh': script, 'lib/a b.txt': 'text' });
  await agent.json('/blobs', { method: 'PUT', body: tar });
  const spec = shellSpec('', {
    command: ['./main.sh', 'a  b $HOME'],
    inputs: [{ kind: 'tree', tree, at: '.', role: 'source', replace: false }],
  });
  await agent.put(spec);
  const output = await agent.call(`/runs/${spec.id}/output?follow=1`);
  expect(output.body.toString()).toBe('hello a  b $HOME\nerr\n');
  expect(output.trailers['x-sortie-end']).toBe('final');
  expect(output.trailers['x-sortie-length']).toBe(String(output.body.length));
  expect(await ended(spec.id)).toMatchObject({
    status: 'error',
    exitStatus: 3,
    outputBytes: output.body.length,
  });
  const guild = join(home.runDir(spec.id), '.guild');
  const read = (path: string) => readFileSync(join(guild, path), 'utf8');
  expect(read('opref')).toBe(spec.opref);
  expect(read('attrs/exit_status')).toBe('3\n');
  expect(read('attrs/id')).toBe(`${spec.id}\n`);
  expect(Number(read('attrs/stopped'))).toBeGreaterThan(Number(read('attrs/started')));
  const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
  expect(read('manifest')).toBe(
    `s 'lib/a b.txt' ${sha1('text')} 'lib/a b.txt'\ns main.sh ${sha1(script)} main.sh\n`,
  );
  for (const mark of ['PENDING', 'STAGED', 'LOCK']) expect(existsSync(join(guild, mark))).toBe(false);
});

test('the same spec again is answered the same and starts nothing; another one under its id is refused', async () => {
  const spec = shellSpec('echo once; sleep 0.3');
  const answers = await Promise.all([agent.put(spec), agent.put(spec), agent.put(spec)]);
  expect(new Set(answers.map((state) => state.id)).size).toBe(1);
  const state = await ended(spec.id);
  await agent.put(spec);
  expect(readFileSync(join(home.runDir(spec.id), '.guild/output'), 'utf8')).toBe('once\n');
  expect(state.status).toBe('completed');
  const other = await agent.call(`/runs/${spec.id}`, { method: 'PUT', body: { ...spec, command: ['true'] } });
  expect(other.status).toBe(409);
  expect(JSON.parse(other.body.toString())).toMatchObject({ code: 'spec-conflict' });
});

test('a stop leaves nothing of a run, not what left its session nor what refuses to go', async () => {
  const spec = shellSpec(
    'trap "" TERM; setsid sh -c "trap \'\' TERM; while :; do sleep 1; done" & (sleep 1000 &) ; echo up; while :; do sleep 1; done',
  );
  await agent.put(spec);
  await waitFor('it is up', async () => (await agent.call(`/runs/${spec.id}/output`)).body.includes('up'));
  const state = await agent.json<RunState>(`/runs/${spec.id}/stop`, {
    method: 'POST',
    body: { graceMs: 300 },
  });
  expect(state).toMatchObject({ status: 'terminated', exitStatus: -9 });
  expect(processesMentioning(`SORTIE_RUN_ID=${spec.id}`)).toEqual([]);
});

test('a staged run waits for its start, and a stopped one that waited never runs', async () => {
  const spec = shellSpec('echo ran');
  expect(await agent.put(spec, '?stage=1')).toMatchObject({ status: 'staged', started: expect.any(Number) });
  expect(readFileSync(join(home.runDir(spec.id), '.guild/ENV'), 'utf8')).toContain(
    `export RUN_ID='${spec.id}'`,
  );
  await agent.json(`/runs/${spec.id}/start`, { method: 'POST' });
  expect(await ended(spec.id)).toMatchObject({ status: 'completed' });
  const other = shellSpec('echo never');
  await agent.put(other, '?stage=1');
  const stopped = await agent.json<RunState>(`/runs/${other.id}/stop`, { method: 'POST', body: {} });
  expect(stopped).toMatchObject({ status: 'terminated', reason: 'stopped before it started' });
  await agent.json(`/runs/${other.id}/start`, { method: 'POST' });
  expect(await agent.state(other.id)).toMatchObject({ status: 'terminated', outputBytes: 0 });
});

test('output is followed from an offset, byte by byte as it comes', async () => {
  const spec = shellSpec('printf abc; sleep 0.4; printf def; sleep 0.2; printf "\\377\\000x"');
  await agent.put(spec);
  const pieces: string[] = [];
  const answer = await agent.call(`/runs/${spec.id}/output?from=0&follow=1`, {
    onData: (chunk) => pieces.push(chunk.toString('latin1')),
  });
  expect(pieces.join('')).toBe('abcdef\u00FF\0x');
  expect(pieces.length).toBeGreaterThan(1);
  expect(answer.trailers).toMatchObject({ 'x-sortie-end': 'final', 'x-sortie-length': '9' });
  const rest = await agent.call(`/runs/${spec.id}/output?from=4`);
  expect(rest.body.toString('latin1')).toBe('ef\u00FF\0x');
});
