import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HostInfo } from '#protocol';
import { AgentHome, shellSpec } from './support/agent-process.ts';
import { Following } from './support/following.ts';
import { Lab } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
import { openGate, TALKATIVE } from './support/remote-run.ts';
import { waitFor } from './support/wait.ts';

test("a host's agents are shown and stopped where no run needs them, and none is started for that", async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  expect(await lab.sortie(['agent', 'status', 'gpu-box'])).toMatchObject({
    code: 0,
    stdout: 'gpu-box: no agent is up\n',
  });
  expect(existsSync(join(box.home, '.sortie'))).toBe(false);
  lab.put('talk.py', TALKATIVE);
  const shown = new Following(lab.spawn(['run', 'talk.py', 'gated=1', '-y', '-r', 'gpu-box']));
  await shown.says('half-way');

  const busy = await lab.sortie(['agent', 'stop', 'gpu-box']);
  expect(busy.code).toBe(1);
  expect(busy.stdout).toMatch(
    /^gpu-box: agent \w{8} \(process \d+\) stays for its runs \(1 running\); stop them first: sortie stop -r gpu-box\n$/,
  );
  openGate(box);
  await shown.endsWith(0);

  const { stdout } = await lab.sortie(['agent', 'status', '--json', 'gpu-box']);
  const [report] = JSON.parse(stdout) as { pid: number }[];
  expect(report).toMatchObject({ host: 'gpu-box', state: 'idle', running: 0, pending: 0 });
  const stopped = await lab.sortie(['agent', 'stop', 'gpu-box']);
  expect(stopped).toMatchObject({ code: 0 });
  expect(stopped.stdout).toMatch(/^gpu-box: agent \w{8} \(process \d+\) stopped\n$/);
  expect(processesMentioning(`HOME=${box.home}`)).not.toContain(report?.pid);
  // The next command starts one.
  expect((await lab.sortie(['runs', '-r', 'gpu-box'])).code).toBe(0);
});

test("this machine's agent is stopped too", async () => {
  await using lab = new Lab();
  lab.put('hello.py', 'print("hello")\n');
  expect((await lab.sortie(['run', 'hello.py', '-y'])).code).toBe(0);
  expect((await lab.sortie(['agent', 'stop'])).stdout).toMatch(
    /^local: agent \w{8} \(process \d+\) stopped\n$/,
  );
  expect((await lab.sortie(['agent'])).stdout).toBe('local: no agent is up\n');
  expect(readdirSync(join(lab.sortieHome, 'runs'))).toHaveLength(1);
});

test('an agent with nothing to do leaves by itself, its socket with it', async () => {
  const home = new AgentHome({ SORTIE_IDLE_MS: '500' });
  try {
    const { socket } = await home.ensure();
    const agent = await home.client();
    // Connected to, it stays; before that, another one may have left already.
    const { pid } = (await agent.json<HostInfo>('/host')).agent;
    const spec = shellSpec('true');
    await agent.put(spec);
    await waitFor('its end', async () => (await agent.state(spec.id)).status === 'completed');
    agent.close();
    await waitFor('it to leave', () => !existsSync(`/proc/${pid}`));
    expect(existsSync(socket)).toBe(false);
  } finally {
    home.dispose();
  }
});
