import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultSchedule, letHappen } from './support/fault-schedule.ts';
import { FakeGpus } from './support/fake-gpus.ts';
import { Lab, type PretendedHost } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
import { TrialLedger } from './support/trial-ledger.ts';
import { waitFor } from './support/wait.ts';

/** Appends a line for each start, so that a trial that ran twice is seen wherever it ran. */
function script(ledger: string): string {
  return [
    'import argparse, os, time',
    'p = argparse.ArgumentParser()',
    'p.add_argument("--x", type=int, default=0)',
    'p.add_argument("--seconds", type=float, default=0.2)',
    'a = p.parse_args()',
    `f = os.open(${JSON.stringify(ledger)}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)`,
    'os.write(f, b"%d\\n" % a.x)',
    'time.sleep(a.seconds)',
    'print("loss: %d" % a.x)',
    '',
  ].join('\n');
}

function starts(ledger: string): number[] {
  if (!existsSync(ledger)) return [];
  return readFileSync(ledger, 'utf8').split('\n').filter(Boolean).map(Number);
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Another schedule of faults, to look for what this one doesn't meet. */
const SEED = Number(process.env['SORTIE_TEST_SEED'] ?? 8);

/** Trials of a home, by their flag x: the directory of each. */
function trialsIn(home: string): Map<number, string> {
  const dirs = readdirSync(join(home, 'runs')).map((id) => join(home, 'runs', id, '.guild'));
  const trials = dirs.filter(
    (dir) => !existsSync(join(dir, 'batch')) && existsSync(join(dir, 'attrs/flags')),
  );
  const xOf = (dir: string) =>
    Number(/^x: (\d+)$/m.exec(readFileSync(join(dir, 'attrs/flags'), 'utf8'))?.[1]);
  return new Map(trials.map((dir) => [xOf(dir), dir]));
}

/**
 * Everything of a run that a mirror has to have: its attributes and its output. The list of packages is made beside a run, when the first
 * short ones may be over.
 */
function record(dir: string): Record<string, string> {
  const names = readdirSync(join(dir, 'attrs')).filter((name) => name !== 'pip_freeze');
  const attrs = names.map((name) => join('attrs', name));
  return Object.fromEntries(
    [...attrs, 'output'].map((name) => [
      name,
      existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'latin1') : '',
    ]),
  );
}

/** What became of each trial, by its flag x, as `sortie runs` has it. */
async function statuses(lab: Lab): Promise<Map<number, string>> {
  const { stdout } = await lab.sortie(['runs', '--json', '--all']);
  const listed = JSON.parse(stdout) as { flags: { x?: number }; status: string; operation: string }[];
  return new Map(listed.map(({ flags, status }) => [flags.x ?? 0, status]));
}

async function unequalHosts(lab: Lab): Promise<PretendedHost[]> {
  const hosts: PretendedHost[] = [];
  for (const count of [1, 2, 3]) hosts.push(await lab.host(`box-${count}`, { env: new FakeGpus(count).env }));
  return hosts;
}

test('200 trials over unequal hosts that are cut off, slowed, rebooted and brought back: each ran exactly once, all that it left is here, and no device was held twice', async () => {
  await using lab = new Lab();
  const hosts = await unequalHosts(lab);
  const ledger = new TrialLedger(lab, { seconds: 0.1 });
  const running = lab.sortie([
    'run',
    'train',
    'x=range[1:200]',
    '-m',
    '200',
    '-r',
    'box-1,box-2,box-3',
    '-y',
  ]);
  await letHappen(faultSchedule(SEED, { hosts: 3, trials: 200 }), {
    hosts,
    starts: () => ledger.starts,
    onPowerOff: ({ home }) => ledger.powerWent(home),
  });
  const result = await running;
  const status = await statuses(lab);
  const lost = range(200).filter((x) => status.get(x) === 'lost');
  expect(result.code).toBe(lost.length === 0 ? 0 : 1);
  const completed = range(200).filter((x) => status.get(x) === 'completed');
  expect(sorted([...lost, ...completed])).toEqual(range(200));
  expect(ledger.repeated).toEqual([]);
  const started = ledger.held.map(({ x }) => x);
  expect(new Set(started).size).toBe(started.length);
  expect(completed.filter((x) => !started.includes(x))).toEqual([]);
  // What a reboot killed is told as such, and only that.
  const unended = ledger.held.filter(({ end }) => end === null).map(({ x }) => x);
  expect(unended.filter((x) => !lost.includes(x))).toEqual([]);
  expect(result.stderr).toContain(`${completed.length} of 200 completed, 0 running, 0 pending`);
  expect(ledger.clashes).toEqual([]);
  const here = trialsIn(lab.sortieHome);
  expect(sorted([...here.keys()])).toEqual(range(200));
  const there = hosts.flatMap(({ home }) => [...trialsIn(join(home, '.sortie'))]);
  expect(there).toHaveLength(200);
  for (const [x, dir] of there) expect(record(here.get(x) ?? '')).toEqual(record(dir));
}, 240_000);

/** Kills the coordinator that runs on the laptop, alone or with its supervisor. */
function killCoordinator(lab: Lab, { alone }: { readonly alone: boolean }): void {
  for (const pid of processesMentioning(`HOME=${lab.laptop}`)) {
    try {
      const [, program = '', ...words] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const isSupervisor = words.some((word) => word.endsWith('coordinator.mjs'));
      if (program.endsWith('coordinator.mjs') || (isSupervisor && !alone)) process.kill(pid, 'SIGKILL');
    } catch {
      // It ended between the listing and the reading.
    }
  }
}

async function batchId(lab: Lab): Promise<string> {
  const { stdout } = await lab.sortie(['runs', '--json']);
  const listed = JSON.parse(stdout) as { id: string; operation: string }[];
  return listed.find(({ operation }) => operation.endsWith('+'))?.id ?? '';
}

test('200 trials under the same faults, with a coordinator that is killed again and again, and that watch starts again: with retries all complete, and only what lost its host ran twice', async () => {
  await using lab = new Lab();
  const hosts = await unequalHosts(lab);
  const ledger = new TrialLedger(lab, { seconds: 0.1 });
  const words = ['x=range[1:200]', '-m', '200', '-r', 'box-1,box-2,box-3', '--retries', '9', '-y'];
  let attached = lab.sortie(['run', 'train', ...words]);
  const faults = letHappen(faultSchedule(SEED + 1, { hosts: 3, trials: 200 }), {
    hosts,
    starts: () => ledger.starts,
    onPowerOff: ({ home }) => ledger.powerWent(home),
  });
  await waitFor('some trials to have started', () => ledger.starts > 10);
  const batch = await batchId(lab);
  for (const count of [40, 90, 140]) {
    await waitFor(`${count} starts`, () => ledger.starts >= count);
    killCoordinator(lab, { alone: count !== 40 });
    expect((await attached).code).not.toBe(0);
    attached = lab.sortie(['watch', batch]);
  }
  await faults;
  const result = await attached;
  expect(result).toMatchObject({ code: 0 });
  expect(result.stderr).toContain(
    `The coordinator of batch ${batch.slice(0, 8)} died before its trials were through`,
  );
  const status = await statuses(lab);
  expect(range(200).filter((x) => status.get(x) !== 'completed')).toEqual([]);
  expect(ledger.repeated).toEqual([]);
  expect(ledger.clashes).toEqual([]);
  const there = hosts.flatMap(({ home }) => [...trialsIn(join(home, '.sortie'))]);
  expect(there).toHaveLength(200);
  const here = trialsIn(lab.sortieHome);
  for (const [x, dir] of there) expect(record(here.get(x) ?? '')).toEqual(record(dir));
}, 240_000);

test('stopping a batch stops its trials on every host, and starts no other', async () => {
  await using lab = new Lab();
  const hosts = [await lab.host('one'), await lab.host('two')];
  const ledger = join(lab.dir, 'ledger');
  lab.put('train.py', script(ledger));
  const words = ['run', 'train.py', 'x=range[1:10]', 'seconds=600', '-r', 'one,two', '-y', '--no-tui'];
  const attached = lab.sortie(words);
  await waitFor('a trial on each host', () => starts(ledger).length === 2);
  // The trials ahead are still being offered when the batch is stopped.
  for (const { proxy } of hosts) proxy.faults.delayMs = 300;
  const batch = readdirSync(join(lab.sortieHome, 'runs')).find((id) =>
    existsSync(join(lab.sortieHome, 'runs', id, '.guild/batch')),
  );
  expect(await lab.sortie(['stop', batch ?? '', '-y', '--grace', '1'])).toMatchObject({ code: 0 });
  for (const { proxy } of hosts) proxy.faults.delayMs = 0;
  expect((await attached).code).not.toBe(0);
  expect(starts(ledger)).toHaveLength(2);
  for (const { home } of hosts) {
    const scripts = processesMentioning(`HOME=${home}`).filter((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('train.py'),
    );
    expect(scripts).toEqual([]);
  }
});
