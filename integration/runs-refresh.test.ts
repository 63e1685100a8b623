import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab, type PretendedHost } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
import { hostOutput, listed, openGate, TALKATIVE, theRun } from './support/remote-run.ts';
import { forgetUnanswered } from './support/unanswered.ts';
import { waitFor } from './support/wait.ts';

interface Mirror {
  seen: number;
}

/** A run that was thrown on a host and was seen running there. */
async function thrown(lab: Lab, { name }: PretendedHost): Promise<string> {
  lab.put('talk.py', TALKATIVE);
  const ran = await lab.sortie(['run', 'talk.py', 'gated=1', '-y', '-r', name, '--no-wait']);
  expect(ran).toMatchObject({ code: 0 });
  return theRun(lab);
}

async function ended({ home }: PretendedHost, id: string): Promise<void> {
  const status = join(home, '.sortie/runs', id, '.guild/attrs/exit_status');
  await waitFor('the run to end', () => existsSync(status) && readFileSync(status, 'utf8') === '0\n');
}

/** Makes a mirror one that was last seen hours ago. */
function age(lab: Lab, id: string): void {
  const file = join(lab.sortieHome, 'runs', id, '.guild/sortie/mirror.json');
  const mirror = JSON.parse(readFileSync(file, 'utf8')) as Mirror;
  writeFileSync(file, JSON.stringify({ ...mirror, seen: mirror.seen - 3 * 3600e6 }));
}

/** The id of the run once a listing knows of its end. */
async function learnt(lab: Lab): Promise<string> {
  return waitFor('a listing that knows', async () => {
    forgetUnanswered(lab);
    const [run] = await listed(lab);
    return run?.status === 'completed' ? run.id : null;
  });
}

async function timed<T>(act: () => Promise<T>): Promise<[T, number]> {
  const began = performance.now();
  return [await act(), performance.now() - began];
}

test('a listing learns from the hosts what became of runs that were live, and says so offline too', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  const id = await thrown(lab, box);
  expect(await listed(lab)).toMatchObject([{ id, status: 'running' }]);
  openGate(box);
  await ended(box, id);
  await learnt(lab);
  expect(await listed(lab)).toMatchObject([{ id, status: 'completed', exit_status: 0 }]);
  await box.powerOff();
  const { connections } = box.proxy;
  expect(await listed(lab)).toMatchObject([{ id, status: 'completed' }]);
  // A run that is over is not asked about.
  expect(box.proxy.connections).toBe(connections);
  expect(hostOutput(box, id)).toBeTruthy();
});

test('an agent that has left since is started for a listing, on a host that has it', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  const id = await thrown(lab, box);
  openGate(box);
  await ended(box, id);
  for (const pid of processesMentioning(`HOME=${box.home}`))
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('agent.cjs')) process.kill(pid, 'SIGKILL');
  expect(await learnt(lab)).toBe(id);
});

test('a host that is down or silent keeps a listing for a second once, and then not again at once', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  const id = await thrown(lab, box);
  const [, usual] = await timed(async () => lab.sortie(['runs', '--remote', 'local']));
  age(lab, id);
  box.proxy.faults.blackHole = true;
  const [first, waited] = await timed(async () => lab.sortie(['runs']));
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain('running (gpu-box, seen 3 h ago)');
  expect(waited - usual).toBeLessThan(2_500);
  const { connections } = box.proxy;
  expect((await lab.sortie(['runs'])).stdout).toContain('seen 3 h ago');
  expect(box.proxy.connections).toBe(connections);
  const [{ seen }] = JSON.parse((await lab.sortie(['runs', '--json'])).stdout) as [{ seen: string }];
  expect(Date.now() - Date.parse(seen)).toBeGreaterThan(3 * 3_600_000);
  expect((await lab.sortie(['runs', 'info', id])).stdout).toMatch(/^seen: \d{4}-/m);
  // Whatever command reaches it says that it answers again.
  const unanswered = () => readdirSync(join(lab.sortieHome, 'cache/unanswered'));
  expect(unanswered()).toHaveLength(1);
  box.proxy.faults.blackHole = false;
  expect(await lab.sortie(['ls', id, '-r', 'gpu-box'])).toMatchObject({ code: 0 });
  expect(unanswered()).toEqual([]);
});

test('a host that would have to be met anew, or asked a password, is not', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  const id = await thrown(lab, box);
  age(lab, id);
  rmSync(join(lab.sortieHome, 'cache/sockets'), { recursive: true });
  const { connections } = box.proxy;
  expect((await lab.sortie(['runs'])).stdout).toContain('seen 3 h ago');
  expect(box.proxy.connections).toBe(connections);
  expect((await lab.sortie(['runs', '--remote', 'gpu-box'])).code).toBe(0);
  // It no longer takes the key: a question could only be of a password.
  rmSync(join(lab.dir, 'sshd-gpu-box', 'authorized_keys'));
  const asked = await lab.sortie(['runs']);
  expect(asked).toMatchObject({ code: 0, stderr: '' });
  expect(asked.stdout).toContain('seen 3 h ago');
  const after = box.proxy.connections;
  await lab.sortie(['runs']);
  expect(box.proxy.connections).toBe(after);
});
