import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunState } from '#protocol';
import { AgentHome, kill, shellSpec, type AgentClient } from './support/agent-process.ts';
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

const guild = (id: string) => join(home.runDir(id), '.guild');
const eventFiles = (id: string) => readdirSync(guild(id)).filter((name) => name.includes('tfevents'));

function until(id: string, is: (state: RunState) => boolean): Promise<RunState> {
  return waitFor(`the run ${id} to be so`, async () => {
    const state = await agent.state(id);
    return is(state) ? state : null;
  });
}

test('scalars and progress are told while a run lives, and are on disk for TensorBoard and Guild when it has ended', async () => {
  const script = `printf 'loss: 3\\n\\r 50%%|##  | 1/2 [00:01]'; until [ -e go ]; do sleep 0.05; done; printf '\\nloss: 2\\nacc: 1 (step 7)\\n'`;
  const spec = shellSpec(script);
  await agent.put(spec);
  const live = await until(
    spec.id,
    ({ progress, scalars }) => progress !== null && scalars['loss'] !== undefined,
  );
  expect(live).toMatchObject({ status: 'running', progress: { fraction: 0.5, text: '1/2' } });
  writeFileSync(join(home.runDir(spec.id), 'go'), '');
  const ended = await until(
    spec.id,
    ({ status, scalars }) => status === 'completed' && scalars['acc'] !== undefined,
  );
  expect(ended.scalars).toEqual({
    loss: { first: 3, last: 2, min: 2, max: 3, total: 5, count: 2, step: 1 },
    acc: { first: 1, last: 1, min: 1, max: 1, total: 1, count: 1, step: 7 },
  });
  await waitFor('all lines are indexed', () => statSync(join(guild(spec.id), 'output.index')).size >= 4 * 9);
  expect(eventFiles(spec.id)).toHaveLength(1);
  expect(
    readFileSync(join(guild(spec.id), eventFiles(spec.id)[0] ?? ''))
      .subarray(0, 12)
      .toString('hex'),
  ).toBe('1800000000000000a37f4b22');
  expect(statSync(join(guild(spec.id), 'output.index')).size).toBe(4 * 9);
});

test('agents that die while a run prints count each of its scalars once', async () => {
  const spec = shellSpec('n=0; while [ $n -lt 400 ]; do echo "loss: $n"; n=$((n+1)); sleep 0.01; done');
  await agent.put(spec);
  for (const count of [20, 150]) {
    await until(spec.id, ({ scalars }) => (scalars['loss']?.count ?? 0) >= count);
    kill((await home.ensure()).pid);
    agent.close();
    agent = await home.client();
  }
  const ended = await until(
    spec.id,
    ({ status, scalars }) => status === 'completed' && scalars['loss']?.count === 400,
  );
  expect(ended.scalars['loss']).toEqual({
    first: 0,
    last: 399,
    min: 0,
    max: 399,
    total: 79_800,
    count: 400,
    step: 399,
  });
  // Its last second is put on disk once the run has ended.
  const index = join(guild(spec.id), 'output.index');
  await waitFor('all lines are indexed', () => statSync(index).size >= 400 * 9);
  expect(statSync(index).size).toBe(400 * 9);
  const texts = eventFiles(spec.id).map((name) => readFileSync(join(guild(spec.id), name), 'latin1'));
  expect(texts.join('').split('loss').length - 1).toBe(400);
});
