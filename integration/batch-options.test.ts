import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab, type PretendedHost } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
import { waitFor } from './support/wait.ts';

const GUILD_YML = [
  'train:',
  '  exec: sh train.sh ${x} ${seconds}',
  '  flags: {x: 0, seconds: 0}',
  'all:',
  '  flags: {x: 0}',
  '  steps:',
  '    - train x=${x}',
  '    - train x=7',
  '',
].join('\n');

async function project(lab: Lab, hosts: readonly string[] = ['one', 'two']): Promise<PretendedHost[]> {
  lab.put('guild.yml', GUILD_YML);
  const ledger = join(lab.dir, 'ledger');
  lab.put('train.sh', `echo "$1 $HOME" >>'${ledger}'\ntest "$1" != 3 || exit 1\nsleep $2\necho "loss: $1"\n`);
  const made: PretendedHost[] = [];
  for (const name of hosts) made.push(await lab.host(name));
  return made;
}

/** What was started: the x of each, and the home that it was started in. */
function starts(lab: Lab): { readonly x: number; readonly home: string }[] {
  const ledger = join(lab.dir, 'ledger');
  if (!existsSync(ledger)) return [];
  const lines = readFileSync(ledger, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => ({ x: Number.parseInt(line, 10), home: line.slice(line.indexOf(' ') + 1) }));
}

const started = (lab: Lab) =>
  starts(lab)
    .map(({ x }) => x)
    .sort((a, b) => a - b);

interface Listed {
  readonly id: string;
  readonly operation: string;
  readonly status: string;
  readonly reason: string | null;
  readonly remote: string | null;
  readonly flags: { readonly x?: number };
}

async function listed(lab: Lab, words: readonly string[] = []): Promise<Listed[]> {
  return JSON.parse((await lab.sortie(['runs', '--json', '--all', ...words])).stdout) as Listed[];
}

const LIVE = new Set(['running', 'pending', 'staged']);
const ON_BOTH = ['-r', 'one,two', '-y'];

test('--needed runs those trials alone that ran on no host before', async () => {
  await using lab = new Lab();
  await project(lab);
  expect(await lab.sortie(['run', 'train', 'x=[1,2]', ...ON_BOTH])).toMatchObject({ code: 0 });
  const again = await lab.sortie(['run', 'train', 'x=[1,2,4,5]', '--needed', ...ON_BOTH]);
  expect(again).toMatchObject({ code: 0 });
  expect(again.stderr).toContain('Skipping 2 of 4 trials because these runs match them');
  expect(started(lab)).toEqual([1, 2, 4, 5]);
});

test('--stage-trials stages on both hosts and starts nothing; each is started by its id', async () => {
  await using lab = new Lab();
  const hosts = await project(lab);
  expect(await lab.sortie(['run', 'train', 'x=[1,2,4,5]', '--stage-trials', ...ON_BOTH])).toMatchObject({
    code: 0,
  });
  expect(starts(lab)).toEqual([]);
  for (const { name } of hosts) {
    const there = await listed(lab, ['-r', name]);
    expect(there.length).toBeGreaterThan(0);
    expect(new Set(there.map(({ status }) => status))).toEqual(new Set(['staged']));
  }
  const here = (await listed(lab)).filter(({ operation }) => operation === 'train');
  expect(here.map(({ status }) => status)).toEqual(['staged', 'staged', 'staged', 'staged']);
  expect(await lab.sortie(['run', '--start', here[0]?.id ?? '', '-y'])).toMatchObject({ code: 0 });
  expect(starts(lab)).toHaveLength(1);
});

test('--fail-on-trial-error ends the batch with the status of the trial, and what ran elsewhere is stopped', async () => {
  await using lab = new Lab();
  const hosts = await project(lab);
  const words = [
    'run',
    'train',
    'x=[3,1,2,4,5,6,7,8,9,10,11,12]',
    'seconds=1.5',
    '--fail-on-trial-error',
    ...ON_BOTH,
  ];
  const result = await lab.sortie(words);
  expect(result).toMatchObject({ code: 1 });
  expect(started(lab)).toContain(3);
  expect(starts(lab).length).toBeLessThan(12);
  for (const { home } of hosts) {
    const scripts = processesMentioning(`HOME=${home}`).filter((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('train.sh'),
    );
    expect(scripts).toEqual([]);
  }
});

test('--max-trials takes so many of what was proposed', async () => {
  await using lab = new Lab();
  await project(lab);
  expect(await lab.sortie(['run', 'train', 'x=[1,2,4,5,6,7]', '-m', '2', ...ON_BOTH])).toMatchObject({
    code: 0,
  });
  expect(starts(lab)).toHaveLength(2);
});

test("--stop-after ends the whole batch, as Guild's does: what runs is stopped on every host, what waits never starts", async () => {
  await using lab = new Lab();
  await project(lab);
  let begun = 0;
  // A busy machine may not have begun a trial on each host when the time is over: then with more of it.
  for (let minutes = 0.05; begun < 2; minutes *= 2) {
    const before = starts(lab).length;
    const words = [
      'run',
      'train',
      'x=[1,2,4,5,6,7]',
      'seconds=600',
      '--stop-after',
      `${minutes}`,
      ...ON_BOTH,
    ];
    expect((await lab.sortie(words)).code).not.toBe(0);
    begun = starts(lab).length - before;
    expect(begun).toBeLessThanOrEqual(2);
  }
  for (const name of ['one', 'two'])
    expect((await listed(lab, ['-r', name])).filter(({ status }) => LIVE.has(status))).toEqual([]);
});

test('steps run on the hosts: a batch of a pipeline runs all its steps for each value', async () => {
  await using lab = new Lab();
  await project(lab);
  expect(await lab.sortie(['run', 'all', 'x=[1,2]', '-r', 'one', '-y'])).toMatchObject({ code: 0 });
  expect(started(lab)).toEqual([1, 2, 7, 7]);
});

test('a canary keeps a batch from a host where its first trial fails', async () => {
  await using lab = new Lab();
  const [, two] = await project(lab);
  // Only the second host has what the operation needs.
  lab.put(
    'guild.yml',
    GUILD_YML.replace('exec: sh train.sh', 'exec: sh -c \'test -e "$HOME/data" && sh train.sh "$@"\' sh'),
  );
  lab.put('../home-two/data', '');
  const result = await lab.sortie(['run', 'train', 'x=[1,2,4,5,6,7,8]', '--canary', ...ON_BOTH]);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('6 of 7 completed, 0 running, 0 pending, 1 error');
  expect(starts(lab).map(({ home }) => home)).toEqual(starts(lab).map(() => two?.home));
});

test('where the canary of every host fails, the batch ends, says so and starts nothing more', async () => {
  await using lab = new Lab();
  await project(lab);
  const result = await lab.sortie(['run', 'train', 'x=[3,3,1,2]', '--canary', '--keep-batch', ...ON_BOTH]);
  expect(result.code).toBe(1);
  expect(started(lab)).toEqual([3, 3]);
});

test('a queued run is stopped where it waits, and a whole batch leaves nothing on any host', async () => {
  await using lab = new Lab();
  const hosts = await project(lab);
  const attached = lab.sortie(['run', 'train', 'x=[1,2,4,5,6,7,8,9]', 'seconds=600', ...ON_BOTH]);
  await waitFor('a trial on each host', () => starts(lab).length === 2);
  const [name, waiting] = await waitFor('a trial that waits on a host', async () => {
    for (const host of ['one', 'two']) {
      const found = (await listed(lab, ['-r', host])).find(({ status }) => status === 'pending');
      if (found !== undefined) return [host, found] as const;
    }
    return null;
  });
  const stopped = await lab.sortie(['stop', waiting.id, '-r', name, '-y']);
  expect(stopped).toMatchObject({ code: 0 });
  expect(stopped.stderr).toContain('(terminated)');
  const batch = (await listed(lab)).find(({ operation }) => operation === 'train+');
  expect(await lab.sortie(['stop', batch?.id ?? '', '-y', '--grace', '1'])).toMatchObject({ code: 0 });
  expect((await attached).code).not.toBe(0);
  expect(starts(lab)).toHaveLength(2);
  for (const { name: host, home } of hosts) {
    const live = (await listed(lab, ['-r', host])).filter(({ status }) => LIVE.has(status));
    expect(live).toEqual([]);
    const staging = join(home, '.sortie/staging');
    expect(existsSync(staging) ? readdirSync(staging) : []).toEqual([]);
  }
});

test('with --retries a trial that a power cut killed runs again, and one that failed by itself does not', async () => {
  await using lab = new Lab();
  const [one] = await project(lab, ['one']);
  const running = lab.sortie([
    'run',
    'train',
    'x=[3,5]',
    'seconds=[1.5]',
    '-r',
    'one',
    '--retries',
    '2',
    '-y',
  ]);
  await waitFor('the second trial to run', () => started(lab).includes(5));
  await one?.powerOff();
  await one?.powerOn();
  const result = await running;
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('1 of 2 completed, 0 running, 0 pending, 1 error');
  expect(started(lab)).toEqual([3, 5, 5]);
});
