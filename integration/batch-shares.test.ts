import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeGpus } from './support/fake-gpus.ts';
import { Lab, type PretendedHost } from './support/lab.ts';
import { TrialLedger } from './support/trial-ledger.ts';
import { waitFor } from './support/wait.ts';

const LEAVE = ['run', 'train', 'x=range[1:16]', '-m', '16', '-r', 'slow,quick', '-n', '-y'];
const all = Array.from({ length: 16 }, (_, place) => place + 1);

async function twoHosts(lab: Lab): Promise<readonly [PretendedHost, PretendedHost]> {
  const slow = await lab.host('slow', { env: new FakeGpus(1).env });
  return [slow, await lab.host('quick', { env: new FakeGpus(3).env })];
}

const numbers = (ledger: TrialLedger) => ledger.held.map(({ x }) => x).sort((a, b) => a - b);

/** The batch as listings name it, whose trials are listed too. */
async function theBatch(lab: Lab): Promise<string> {
  const { stdout } = await lab.sortie(['runs', '--all']);
  return /^\[\d+:([0-9a-f]{8})\] +train\+/m.exec(stdout)?.[1] ?? '';
}

/** How the coordinators on a host ended. */
function coordinators(home: string): string[] {
  const runs = join(home, '.sortie/runs');
  return readdirSync(runs)
    .map((id) => join(runs, id, '.guild'))
    .filter((dir) => readdirSync(dir).includes('batch'))
    .map((dir) => readFileSync(join(dir, 'attrs/exit_status'), 'utf8').trim());
}

test('a batch that was left to two hosts is one again for who watches, and what has not started goes to the host with nothing left', async () => {
  await using lab = new Lab();
  const hosts = await twoHosts(lab);
  // The slow one's first trial takes longer than all those of the quick one.
  const ledger = new TrialLedger(lab, { seconds: 0.2, held: { home: hosts[0].home, starts: 12 } });
  expect(await lab.sortie([...LEAVE, '--keep-batch'])).toMatchObject({ code: 0 });
  const listed = await lab.sortie(['runs']);
  expect(listed.stdout.split('\n').filter((line) => line.includes('train+'))).toEqual([
    expect.stringMatching(/^\[\d+:[0-9a-f]{8}\] +train\+ .*running \(.*slow.*quick|quick.*slow\)/),
  ]);
  const id = await theBatch(lab);
  const watched = await lab.sortie(['watch', id]);
  expect(watched).toMatchObject({ code: 0 });
  expect(watched.stderr).toContain('16 of 16 completed, 0 running, 0 pending');
  expect(watched.stderr).toMatch(/Trial [0-9a-f]{8} goes from slow to quick/);
  expect(numbers(ledger)).toEqual(all);
  expect(ledger.clashes).toEqual([]);
  const quick = ledger.held.filter(({ home }) => home === hosts[1].home);
  expect(quick.length).toBeGreaterThan(8);
  await waitFor('both coordinators to have ended', () =>
    hosts.every(({ home }) => {
      try {
        return coordinators(home)[0] === '0';
      } catch {
        return false;
      }
    }),
  );
});

test('viewers that come, are killed and come back move no trial twice', async () => {
  await using lab = new Lab();
  await twoHosts(lab);
  const ledger = new TrialLedger(lab, { seconds: 0.6 });
  expect(await lab.sortie(LEAVE)).toMatchObject({ code: 0 });
  const id = await theBatch(lab);
  const killed = [lab.spawn(['watch', id]), lab.spawn(['watch', id])];
  await waitFor('most trials to have started', () => ledger.starts > 10);
  for (const viewer of killed) viewer.kill('SIGKILL');
  const both = await Promise.all([lab.sortie(['watch', id]), lab.sortie(['watch', id])]);
  for (const result of both) expect(result).toMatchObject({ code: 0 });
  expect(await lab.sortie(['watch', id])).toMatchObject({ code: 0 });
  expect(numbers(ledger)).toEqual(all);
});

test('stopping one share of a batch stops all of it, on every host', async () => {
  await using lab = new Lab();
  const hosts = await twoHosts(lab);
  const ledger = new TrialLedger(lab, { seconds: 600 });
  expect(await lab.sortie(LEAVE)).toMatchObject({ code: 0 });
  await waitFor('trials on both hosts', () => ledger.starts === 4);
  const id = await theBatch(lab);
  expect(await lab.sortie(['stop', id, '-y', '--grace', '1'])).toMatchObject({ code: 0 });
  for (const { name } of hosts) {
    const { stdout } = await lab.sortie(['runs', '--json', '-r', name]);
    const live = (JSON.parse(stdout) as { status: string }[]).filter(({ status }) =>
      /running|pending/.test(status),
    );
    expect(live).toEqual([]);
  }
  expect(ledger.starts).toBe(4);
});
