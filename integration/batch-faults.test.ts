import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeGpus } from './support/fake-gpus.ts';
import { Lab, type PretendedHost } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
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

/** Outputs of trials in a home, each as it has to be. */
function outputs(home: string): string[] {
  return readdirSync(join(home, 'runs'))
    .map((id) => join(home, 'runs', id))
    .filter((dir) => !existsSync(join(dir, '.guild/proto')))
    .map((dir) => readFileSync(join(dir, '.guild/output'), 'utf8'));
}

test('hosts that are cut off and slowed in the middle of a batch run every trial exactly once', async () => {
  await using lab = new Lab();
  const hosts: PretendedHost[] = [];
  for (const count of [1, 2, 3]) hosts.push(await lab.host(`box-${count}`, { env: new FakeGpus(count).env }));
  const ledger = join(lab.dir, 'ledger');
  lab.put('train.py', script(ledger));
  const words = ['run', 'train.py', 'x=range[1:40]', '-m', '40', '-r', 'box-1,box-2,box-3', '-y'];
  const running = lab.sortie(words);
  await waitFor('some trials to have started', () => starts(ledger).length > 5);
  hosts[0]?.proxy.cut();
  await waitFor('more trials', () => starts(ledger).length > 12);
  hosts[1]?.proxy.cut();
  if (hosts[2]) hosts[2].proxy.faults.delayMs = 30;
  await waitFor('more trials', () => starts(ledger).length > 25);
  for (const { proxy } of hosts) proxy.cut();
  const result = await running;
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('40 of 40 done');
  expect(sorted(starts(ledger))).toEqual(range(40));
  expect(sorted(outputs(lab.sortieHome).map((text) => Number(/loss: (\d+)/.exec(text)?.[1])))).toEqual(
    range(40),
  );
});

test('a coordinator that is killed goes on by a restart of its batch, and starts nothing twice', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box', { env: new FakeGpus(2).env });
  const ledger = join(lab.dir, 'ledger');
  lab.put('train.py', script(ledger));
  const words = [
    'run',
    'train.py',
    'x=range[1:12]',
    'seconds=0.5',
    '-m',
    '12',
    '-r',
    'gpu-box',
    '-y',
    '--keep-batch',
  ];
  const attached = lab.sortie(words);
  await waitFor('some trials to have started', () => starts(ledger).length > 2);
  for (const pid of processesMentioning(`HOME=${lab.laptop}`)) {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('coordinator.mjs'))
      process.kill(pid, 'SIGKILL');
  }
  expect((await attached).code).not.toBe(0);
  const listed = await lab.sortie(['runs', '--json', '-Fo', '+']);
  const batch = (JSON.parse(listed.stdout) as { id: string; operation: string }[]).find(({ operation }) =>
    operation.endsWith('+'),
  );
  const again = await lab.sortie(['run', '--restart', batch?.id ?? '', '-y']);
  expect(again.code).toBe(0);
  expect(sorted(starts(ledger))).toEqual(range(12));
});

test('stopping a batch stops its trials on every host, and starts no other', async () => {
  await using lab = new Lab();
  const hosts = [await lab.host('one'), await lab.host('two')];
  const ledger = join(lab.dir, 'ledger');
  lab.put('train.py', script(ledger));
  const words = ['run', 'train.py', 'x=range[1:10]', 'seconds=600', '-r', 'one,two', '-y', '--no-tui'];
  const attached = lab.sortie(words);
  await waitFor('a trial on each host', () => starts(ledger).length === 2);
  const listed = JSON.parse((await lab.sortie(['runs', '--json'])).stdout) as {
    id: string;
    operation: string;
  }[];
  const batch = listed.find(({ operation }) => operation.endsWith('+'));
  expect(await lab.sortie(['stop', batch?.id ?? '', '-y', '--grace', '1'])).toMatchObject({ code: 0 });
  expect((await attached).code).not.toBe(0);
  expect(starts(ledger)).toHaveLength(2);
  for (const { home } of hosts) {
    const scripts = processesMentioning(`HOME=${home}`).filter((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('train.py'),
    );
    expect(scripts).toEqual([]);
  }
});
