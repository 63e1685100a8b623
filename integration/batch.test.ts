import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';
import { TrialLedger } from './support/trial-ledger.ts';
import { forgetUnanswered } from './support/unanswered.ts';
import { waitFor } from './support/wait.ts';

const SCRIPT = [
  'import argparse, os, time',
  'p = argparse.ArgumentParser()',
  'p.add_argument("--x", type=int, default=0)',
  'p.add_argument("--seconds", type=float, default=0)',
  'a = p.parse_args()',
  'time.sleep(a.seconds)',
  'print("loss: %d" % a.x)',
  'raise SystemExit(3 if a.x == 99 else 0)',
  '',
].join('\n');

/** Trials by the value of x, with the text of an attribute of each. */
function trials(home: string, attribute: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const id of readdirSync(join(home, 'runs'))) {
    const attrs = join(home, 'runs', id, '.guild/attrs');
    const [, x] = /^x: (\d+)$/m.exec(readFileSync(join(attrs, 'flags'), 'utf8')) ?? [];
    const file = join(attrs, attribute);
    if (x !== undefined && existsSync(file)) found.set(Number(x), readFileSync(file, 'utf8').trim());
  }
  return found;
}

test('a batch over two hosts runs every trial once, and mirrors each', async () => {
  await using lab = new Lab();
  const hosts = [await lab.host('one'), await lab.host('two')];
  lab.put('train.py', SCRIPT);
  const words = ['run', 'train.py', 'x=[0,1,2,3,4,5,6,7]', '--remote', 'one,two', '-y'];
  const result = await lab.sortie(words);
  expect(result.code).toBe(0);
  expect(result.stderr).toContain('8 of 8 completed');
  const there = hosts.map(({ home }) => trials(join(home, '.sortie'), 'exit_status'));
  const all = there.flatMap((each) => [...each.keys()]).sort((a, b) => a - b);
  expect(all).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  for (const each of there) expect(each.size).toBeGreaterThan(0);
  // What a trial is and what it gave stands in the line about its end, however soon that came.
  const ends = [
    ...result.stderr.matchAll(/^\w{8} completed in .* \((?:one|two)\) x=(\d) loss=\1(?:\.0+)?$/gm),
  ];
  expect(ends.map(([, x]) => Number(x)).sort((a, b) => a - b)).toEqual(all);
  expect([...trials(lab.sortieHome, 'exit_status').values()]).toEqual(Array.from({ length: 8 }, () => '0'));
});

test.each([
  ['fed from here', ['-r', 'one,two'], 2],
  ['left to a host', ['-r', 'one', '--no-wait'], 1],
])('a pull of a batch %s brings the files of its trials', async (_, options, hosts) => {
  await using lab = new Lab();
  for (const name of ['one', 'two'].slice(0, hosts)) await lab.host(name);
  lab.put('write.py', "x = 0\nopen('result.txt', 'w').write('x is %d' % x)\n");
  const result = await lab.sortie(['run', 'write.py', 'x=[1,2,3,4]', '-y', ...options]);
  expect(result.code).toBe(0);
  const listed = JSON.parse((await lab.sortie(['runs', '--json', '--deleted'])).stdout) as { id: string }[];
  const running = JSON.parse((await lab.sortie(['runs', '--json'])).stdout) as {
    id: string;
    operation: string;
  }[];
  const batch = [...listed, ...running.filter(({ operation }) => operation === 'write.py+')][0]?.id ?? '';
  await waitFor('the end of the batch', async () => {
    forgetUnanswered(lab);
    const { stdout } = await lab.sortie(['runs', '--json']);
    const ran = (JSON.parse(stdout) as { operation: string; status: string }[]).filter(
      ({ operation }) => operation === 'write.py',
    );
    return ran.length === 4 && ran.every(({ status }) => status === 'completed');
  });
  const pulled = await lab.sortie(['pull', batch.slice(0, 8)]);
  expect(pulled).toMatchObject({ code: 0, stderr: expect.not.stringContaining('WARNING') as string });
  const texts = readdirSync(join(lab.sortieHome, 'runs')).flatMap((id) => {
    const file = join(lab.sortieHome, 'runs', id, 'result.txt');
    return existsSync(file) ? [readFileSync(file, 'utf8')] : [];
  });
  expect(texts.sort()).toEqual(['x is 1', 'x is 2', 'x is 3', 'x is 4']);
});

test('trials start in their order on a host that runs one at a time', async () => {
  await using lab = new Lab();
  await lab.host('one');
  const ledger = new TrialLedger(lab, { seconds: 0 });
  const words = ['run', 'train', 'x=[5,3,8,1,7,2,6,4]', '-r', 'one', '-y'];
  expect(await lab.sortie(words)).toMatchObject({ code: 0 });
  expect(ledger.held.map(({ x }) => x)).toEqual([5, 3, 8, 1, 7, 2, 6, 4]);
});

test('a group of config.yml stands for its hosts, and each has the slots that its entry gives', async () => {
  await using lab = new Lab();
  const hosts = [await lab.host('one'), await lab.host('two')];
  lab.put('train.py', SCRIPT);
  lab.put('.sortie/config.yml', 'remotes:\n  wide: {host: two, slots: 3}\n  fleet: {hosts: [one, wide]}\n');
  const words = ['run', 'train.py', 'x=range[1:12]', 'seconds=0.5', '-m', '12', '-r', 'fleet', '-y'];
  const result = await lab.sortie(words);
  expect(result).toMatchObject({ code: 0 });
  expect(result.stderr).toContain('12 of 12 completed');
  const [one = new Map(), wide = new Map()] = hosts.map(({ home }) =>
    trials(join(home, '.sortie'), 'started'),
  );
  expect(one.size + wide.size).toBe(12);
  expect(one.size).toBeGreaterThan(0);
  expect(wide.size).toBeGreaterThan(one.size);
  // A single run has one place.
  expect(await lab.sortie(['run', 'train.py', '-r', 'fleet', '-y'])).toMatchObject({ code: 2 });
  const listed = JSON.parse((await lab.sortie(['runs', '--json', '--all'])).stdout) as {
    remote: string | null;
  }[];
  // The batch's own run is here.
  expect(new Set(listed.map(({ remote }) => remote))).toEqual(new Set([null, 'one', 'wide']));
});

test('a batch with a failed trial goes on to its end and exits 1 with the counts; --fail-on-trial-error ends it there', async () => {
  await using lab = new Lab();
  lab.put('train.py', SCRIPT);
  const words = ['run', 'train.py', 'x=[1,99,2]', '-y'];
  const whole = await lab.sortie(words);
  expect(whole.code).toBe(1);
  expect(whole.stderr).toContain('2 of 3 completed, 0 running, 0 pending, 1 error');
  expect(await lab.sortie([...words, '--fail-on-trial-error'])).toMatchObject({ code: 3 });
});

test('with --no-wait the batch goes to the host, and ends there without this machine', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put('train.py', SCRIPT);
  const started = await lab.sortie([
    'run',
    'train.py',
    'x=[1,2,3]',
    '-r',
    'gpu-box',
    '-n',
    '--keep-batch',
    '-y',
  ]);
  expect(started).toMatchObject({ code: 0 });
  const home = join(host.home, '.sortie');
  const statuses = await waitFor('three trials to end on the host', () => {
    try {
      // The file of a status is there before what it says.
      const found = [...trials(home, 'exit_status').values()].filter((status) => status !== '');
      return found.length === 3 ? found : null;
    } catch {
      return null;
    }
  });
  expect(statuses).toEqual(['0', '0', '0']);
  expect((await lab.sortie(['runs', '-r', 'gpu-box'])).stdout).toContain('train.py+');
  // Whoever comes back finds what there is, without a word to the host.
  await waitFor('all to be listed here', async () => {
    forgetUnanswered(lab);
    const listed = JSON.parse((await lab.sortie(['runs', '--json'])).stdout) as { status: string }[];
    return listed.length === 4 && listed.every(({ status }) => status === 'completed');
  });
});

test('with --background what feeds the hosts goes on here, and its process is in the pidfile', async () => {
  await using lab = new Lab();
  const hosts = [await lab.host('one'), await lab.host('two')];
  lab.put(
    'gated.py',
    `import os, time\nx = 1\nwhile not os.path.exists('${lab.dir}/go'): time.sleep(0.02)\n`,
  );
  const words = [
    'run',
    'gated.py',
    'x=[1,2,3,4,5,6]',
    '-r',
    'one,two',
    '--background',
    '--pidfile',
    'pid',
    '-y',
  ];
  const left = await lab.sortie(words);
  expect(left).toMatchObject({ code: 0, stdout: '' });
  expect(left.stderr).toContain('gated.py started in background as ');
  const pid = Number(readFileSync(join(lab.laptop, 'pid'), 'utf8'));
  expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('coordinator.mjs');
  writeFileSync(join(lab.dir, 'go'), '');
  expect(await lab.sortie(['watch', '--no-tui'])).toMatchObject({ code: 0 });
  await waitFor('all to be done', () => {
    const done = hosts.flatMap(({ home }) => [...trials(join(home, '.sortie'), 'exit_status').values()]);
    return done.length === 6 && done.every((status) => status === '0');
  });
});

test('--print-trials shows the product of lists in order and runs nothing', async () => {
  await using lab = new Lab();
  lab.put('train.py', SCRIPT);
  const shown = await lab.sortie(['run', 'train.py', 'x=[1,2]', 'seconds=[0.5,1]', '--print-trials']);
  expect(shown.stdout).toBe('#  seconds  x\n1  0.5      1\n2  0.5      2\n3  1.0      1\n4  1.0      2\n');
});
