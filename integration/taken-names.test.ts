import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import type { HostInfo } from '#protocol';
import { AgentClient, AgentHome, shellSpec } from './support/agent-process.ts';
import { processesMentioning } from './support/processes.ts';
import { waitFor } from './support/wait.ts';

const NOBODY = 65534;
const canBeNobody = process.platform === 'linux' && process.getuid?.() === 0;

const holders: ChildProcess[] = [];
const homes: AgentHome[] = [];
const agents: number[] = [];

function newHome(): AgentHome {
  const home = new AgentHome();
  homes.push(home);
  return home;
}

afterEach(async () => {
  for (const holder of holders.splice(0)) {
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  }
  for (const pid of agents.splice(0)) process.kill(pid, 'SIGKILL');
  for (const home of homes.splice(0)) home.dispose();
});

/** Has an agent started in a mount namespace of its own, once its /tmp is as a test says; gives the way to its socket from here. */
async function ensureWhere(script: string): Promise<{ readonly socket: string; readonly seen: string }> {
  const agent = join(import.meta.dirname, '../dist/agent.cjs');
  const { stdout } = await promisify(execFile)(
    'unshare',
    [
      '--mount',
      'sh',
      '-ec',
      `${script}; exec "$0" "$@"`,
      process.execPath,
      agent,
      'ensure',
      '--home',
      '/mnt/home',
    ],
    { env: { ...process.env, SORTIE_HOST_ID: `test-${randomUUID()}` } },
  );
  const { socket, pid } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { socket: string; pid: number };
  agents.push(pid);
  return { socket, seen: `/proc/${pid}/root${socket}` };
}

/** Another user takes abstract names, for as long as the test is. */
async function takenByNobody(names: readonly string[]): Promise<void> {
  const code = `for (const name of ${JSON.stringify(names)}) require('net').createServer().listen('\\0' + name); setTimeout(() => console.log('held'), 100)`;
  const holder = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'], uid: NOBODY });
  holders.push(holder);
  await once(holder.stdout as NodeJS.EventEmitter, 'data');
}

/** The abstract names that a process holds, as anybody can see them. */
function namesOf(pid: number): string[] {
  const sockets = execFileSync('ls', ['-l', `/proc/${pid}/fd`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const held = readFileSync('/proc/net/unix', 'latin1').matchAll(/ (\d+) @(sortie-[^\n]*)$/gm);
  return [...held].flatMap(([, inode, name = '']) => (sockets.includes(`socket:[${inode}]`) ? [name] : []));
}

function isHeld(name: string): boolean {
  return readFileSync('/proc/net/unix', 'latin1').includes(` @${name}\n`);
}

async function runs(agent: AgentClient): Promise<void> {
  const spec = shellSpec('echo hi');
  await agent.put(spec);
  await waitFor('its end', async () => (await agent.state(spec.id)).status === 'completed');
}

describe.runIf(canBeNobody)('names that another user has taken', () => {
  test('after seeing them keep no agent from starting, and are told', async () => {
    const home = newHome();
    const { pid } = await home.ensure();
    const names = namesOf(pid);
    expect(names.length).toBeGreaterThanOrEqual(2);
    process.kill(pid, 'SIGKILL');
    await waitFor('its end', () => !names.some(isHeld));
    await takenByNobody(names);
    const agent = await home.client();
    await runs(agent);
    const { taken } = await agent.json<HostInfo>('/host');
    expect(taken).toContainEqual(expect.stringMatching(/^the name @sortie-\w+ is held by another user$/));
    // A second one of the same home finds the first.
    const again = await home.ensure();
    expect((await agent.json<HostInfo>('/host')).agent.pid).toBe(again.pid);
    agent.close();
  });

  test('can be computed only with the secret of the home', async () => {
    const home = newHome();
    const { socket } = await home.ensure();
    const path = join(home.home, 'secret');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    // With another secret, the same host, user and path have other names.
    writeFileSync(path, 'a'.repeat(64));
    await waitFor('the agent of the old secret to leave', () => !existsSync(socket));
    const next = await home.ensure();
    expect(basename(next.socket)).not.toBe(basename(socket));
  });
});

describe.runIf(canBeNobody)('an agent whose usual folder for its socket', () => {
  const home = 'mount -t tmpfs tmpfs /mnt';
  test.each([
    [
      'another user has made first',
      'mkdir -m 755 /tmp/sortie-0; chown 65534 /tmp/sortie-0',
      /^\/tmp\/sortie-0-\w+\//,
    ],
    [
      'is a link of another user',
      'ln -s /mnt /tmp/sortie-0; chown -h 65534 /tmp/sortie-0',
      /^\/tmp\/sortie-0-\w+\//,
    ],
  ])('%s listens in another one, and says so', async (_, prepare, place) => {
    const { socket, seen } = await ensureWhere(`${home}; mount -t tmpfs tmpfs /tmp; ${prepare}`);
    expect(socket).toMatch(place);
    const agent = new AgentClient(seen);
    await runs(agent);
    expect((await agent.json<HostInfo>('/host')).taken).toEqual(['/tmp/sortie-0 belongs to nobody']);
    agent.close();
  });

  test('cannot be made, because its /tmp was removed, listens in its home', async () => {
    const { socket, seen } = await ensureWhere(
      `${home}; mkdir /mnt/gone; mount --bind /mnt/gone /tmp; rmdir /mnt/gone`,
    );
    expect(socket).toMatch(/^\/mnt\/home\/sockets\//);
    const agent = new AgentClient(seen);
    await runs(agent);
    agent.close();
  });
});

test('whoever asks for an agent in vain ends with the connection that asked', async () => {
  const home = newHome();
  const { pid, socket } = await home.ensure();
  // It has its lock, and can't be found.
  process.kill(pid, 'SIGSTOP');
  rmSync(socket);
  const agent = join(import.meta.dirname, '../dist/agent.cjs');
  const asking = spawn(process.execPath, [agent, 'ensure', '--home', home.home], {
    env: home.env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const here = () => processesMentioning(String(home.env['SORTIE_HOST_ID'])).length;
  await waitFor('it to be there', () => here() > 1);
  asking.stdin.end();
  await once(asking, 'exit');
  await waitFor('what it started to end', () => here() === 1);
  expect(processesMentioning(String(home.env['SORTIE_HOST_ID']))).toEqual([pid]);
});

test('an agent that is starting comes up also where whoever asked for it did not wait so long', async () => {
  const home = newHome();
  const agent = join(import.meta.dirname, '../dist/agent.cjs');
  const asking = spawn(process.execPath, [agent, 'ensure', '--home', home.home], {
    env: home.env,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  asking.stdin.end();
  await once(asking, 'exit');
  const [pid] = processesMentioning(String(home.env['SORTIE_HOST_ID']));
  expect(await home.ensure()).toMatchObject({ pid });
});
