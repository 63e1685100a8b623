import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';
import { waitFor } from './support/wait.ts';

const SCRIPT = `import argparse, os, time
p = argparse.ArgumentParser()
p.add_argument("--x", type=float, default=0.0)
p.add_argument("--fails", type=float, default=9.0)
p.add_argument("--gate", default="")
a = p.parse_args()
while a.gate and not os.path.exists(a.gate): time.sleep(0.02)
if a.x > a.fails: raise SystemExit(3)
print("loss: %f" % (a.x - 0.5) ** 2)
`;

/** Writes its objective as TensorBoard's own writers do, and prints nothing. */
const WRITER = `import argparse, struct
p = argparse.ArgumentParser()
p.add_argument("--x", type=float, default=0.0)
a = p.parse_args()
value = b"\\x0a\\x03acc\\x15" + struct.pack("<f", 1 - (a.x - 0.5) ** 2)
summary = b"\\x0a" + bytes([len(value)]) + value
event = b"\\x10\\x01\\x2a" + bytes([len(summary)]) + summary
with open("events.out.tfevents.1.box", "wb") as f:
    f.write(struct.pack("<Q", len(event)) + bytes(4) + event + bytes(4))
`;

interface Listed {
  readonly id: string;
  readonly operation: string;
  readonly status: string;
  readonly flags: { readonly x?: number };
}

async function listed(lab: Lab): Promise<{ batches: Listed[]; trials: Listed[] }> {
  const { stdout } = await lab.sortie(['runs', '--json', '--all']);
  const all = (JSON.parse(stdout) as Listed[]).reverse();
  const isBatch = ({ operation }: Listed) => operation.includes('+');
  return { batches: all.filter(isBatch), trials: all.filter((run) => !isBatch(run)) };
}

const file = (home: string, id: string, path: string) =>
  readFileSync(join(home, 'runs', id, '.guild', path), 'utf8');
const notes = (log: string) =>
  [...log.matchAll(/(?:Random start|Found \d+ previous).*/g)].map(([note]) => note);
const loss = ({ flags: { x = 99 } }: Listed) => (x - 0.5) ** 2;

test('gp runs its trials one after the other, each from the results before it, and its batch is as Guild has it', async () => {
  await using lab = new Lab();
  lab.put('train.py', SCRIPT);
  const words = ['run', 'train.py', 'x=[-2.0:2.0:1.5]', '-o', 'gp', '-m', '8', '-Fo', 'random-starts=2'];
  const asked = await lab.sortie(words, { input: 'n\n' });
  expect(asked.stderr).toContain('run train.py with skopt:gp optimizer (8 trials, minimize loss)\n');
  const { code, stderr } = await lab.sortie([...words, '--random-seed', '7', '-y']);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('8 of 8 completed') as string,
  });
  const { batches, trials } = await listed(lab);
  expect(batches).toMatchObject([{ operation: 'train.py+skopt:gp', status: 'completed' }]);
  expect(trials).toHaveLength(8);
  expect(trials[0]?.flags.x).toBe(1.5);
  expect(Math.min(...trials.map(loss))).toBeLessThan(0.05);
  const id = batches[0]?.id ?? '';
  const home = lab.sortieHome;
  expect(file(home, id, 'opref')).toBe('builtin:guildai 0.9.1 skopt gp');
  expect(file(home, id, 'attrs/objective')).toBe('loss\n');
  expect(file(home, id, 'attrs/max_trials')).toBe('8\n');
  expect(file(home, id, 'attrs/flags')).toBe(
    'acq-func: gp_hedge\nkappa: 1.96\nnoise: gaussian\nprev-trials: sourcecode\nrandom-starts: 2\nxi: 0.05\n',
  );
  expect(file(home, id, 'attrs/user_flags')).toBe('random-starts: 2\n');
  expect(
    readdirSync(join(home, 'runs', id))
      .filter((name) => name !== '.guild')
      .sort(),
  ).toEqual(trials.map((trial) => trial.id).sort());
  expect(notes(file(home, id, 'output'))).toEqual([
    'Random start for optimization (1 of 2)',
    'Random start for optimization (2 of 2)',
    ...[2, 3, 4, 5, 6, 7].map((count) => `Found ${count} previous trial(s) for use in optimization`),
  ]);
  // Another batch of the same source learns from the first one, or doesn't where it is told so.
  for (const [previous, note] of [
    ['sourcecode', 'Found 8 previous trial(s) for use in optimization'],
    ['batch', 'Random start for optimization (missing previous trials)'],
  ] as const) {
    const flags = ['-Fo', 'random-starts=0', '-Fo', `prev-trials=${previous}`];
    const next = ['run', 'train.py', 'x=[-2.0:2.0]', '-o', 'gp', '-m', '1', ...flags, '-y'];
    expect(await lab.sortie(next)).toMatchObject({ code: 0 });
    const last = (await listed(lab)).batches.at(-1)?.id ?? '';
    expect(notes(file(home, last, 'output'))).toEqual([note]);
  }
});

test('the same seed gives the same trials', async () => {
  await using lab = new Lab();
  lab.put('train.py', SCRIPT);
  const words = ['run', 'train.py', 'x=[-2.0:2.0]', '-o', 'gbrt', '-m', '5', '--random-seed', '3', '-y'];
  for (const previous of ['batch', 'batch'])
    expect(await lab.sortie([...words, '-Fo', `prev-trials=${previous}`])).toMatchObject({ code: 0 });
  const xs = (await listed(lab)).trials.map(({ flags }) => flags.x);
  expect(xs.slice(5)).toEqual(xs.slice(0, 5));
});

test('over two hosts trials run at the same time, and results of both are learned from', async () => {
  await using lab = new Lab();
  const hosts = [await lab.host('one'), await lab.host('two')];
  lab.put(
    'guild.yml',
    'train:\n  main: train\n  flags-import: all\n  optimizers: {wood: {algorithm: forest, random-starts: 2}}\n',
  );
  lab.put('train.py', WRITER);
  // What the script writes itself is known from its mirror.
  const words = [
    'run',
    'train',
    'x=[-2.0:2.0]',
    '-o',
    'wood',
    '-X',
    'acc',
    '-m',
    '10',
    '-r',
    'one,two',
    '-y',
  ];
  const { code, stderr } = await lab.sortie(words);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('10 of 10 completed') as string,
  });
  for (const { home } of hosts) expect(readdirSync(join(home, '.sortie/runs')).length).toBeGreaterThan(1);
  const { batches, trials } = await listed(lab);
  expect(batches).toMatchObject([{ operation: 'train+skopt:forest' }]);
  expect(new Set(trials.map(({ flags }) => flags.x)).size).toBe(10);
  const id = batches[0]?.id ?? '';
  expect(file(lab.sortieHome, id, 'attrs/objective')).toBe('-acc\n');
  const told = notes(file(lab.sortieHome, id, 'output'));
  expect(told).toHaveLength(10);
  // One trial of the other host may be running still.
  const counts = told.slice(2).map((note) => Number(/\d+/.exec(note)?.[0] ?? 0));
  for (const [i, count] of counts.entries()) expect(count).toBeGreaterThanOrEqual(i + 1);
});

test('a coordinator that is killed goes on where it was: no trial is proposed twice, and no result is lost', async () => {
  await using lab = new Lab();
  lab.put('train.py', SCRIPT);
  const gate = join(lab.dir, 'gate');
  writeFileSync(gate, '');
  const running = lab.sortie([
    'run',
    'train.py',
    'x=[-2.0:2.0]',
    `gate=${gate}`,
    '-o',
    'gp',
    '-m',
    '12',
    '-y',
  ]);
  const id = await waitFor('five trials to be proposed', async () => {
    const runs = join(lab.sortieHome, 'runs');
    const found = (existsSync(runs) ? readdirSync(runs) : []).find((run) => {
      const path = join(lab.sortieHome, 'runs', run, '.guild/batch/trials');
      return existsSync(path) && readFileSync(path, 'utf8').includes('"proposed":5');
    });
    return found;
  });
  for (const pid of processesMentioning(`HOME=${lab.laptop}`)) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[1]?.endsWith('coordinator.mjs'))
        process.kill(pid, 'SIGKILL');
    } catch {
      // It ended between the listing and the reading.
    }
  }
  await running;
  expect(await lab.sortie(['watch', id])).toMatchObject({ code: 0 });
  const { trials } = await listed(lab);
  expect(trials.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 'completed'));
  const book = file(lab.sortieHome, id, 'batch/trials');
  for (const word of ['proposed', 'ended'])
    expect([...book.matchAll(new RegExp(`"${word}":(\\d+)`, 'g'))].map(([, place]) => Number(place))).toEqual(
      Array.from({ length: 12 }, (_, place) => place),
    );
  // The last one learned from all before it.
  expect(notes(file(lab.sortieHome, id, 'output')).at(-1)).toBe(
    'Found 11 previous trial(s) for use in optimization',
  );
});

test('a search that is staged is started later, and one that is stopped goes on with --restart', async () => {
  await using lab = new Lab();
  lab.put('train.py', SCRIPT);
  const gate = join(lab.dir, 'gate');
  const words = ['run', 'train.py', 'x=[-2.0:2.0]', `gate=${gate}`, '-o', 'gp', '-m', '6', '--stage', '-y'];
  expect(await lab.sortie(words)).toMatchObject({ code: 0 });
  const [id = ''] = readdirSync(join(lab.sortieHome, 'runs'));
  const started = lab.sortie(['run', '--start', id, '-y']);
  await waitFor('the first trial to be there', async () => (await listed(lab)).trials.length === 1);
  expect(await lab.sortie(['stop', id, '-y', '--grace', '1'])).toMatchObject({ code: 0 });
  await started;
  expect((await listed(lab)).trials).toMatchObject([{ status: 'terminated' }]);
  writeFileSync(gate, '');
  expect(await lab.sortie(['run', '--restart', id, '-y'])).toMatchObject({ code: 1 });
  const statuses = (await listed(lab)).trials.map(({ status }) => status);
  expect(statuses).toEqual(['terminated', ...Array.from({ length: 5 }, () => 'completed')]);
  // What was stopped is no random start.
  expect(notes(file(lab.sortieHome, id, 'output')).slice(1)).toEqual([
    ...[1, 2, 3].map((place) => `Random start for optimization (${place} of 3)`),
    ...[3, 4].map((count) => `Found ${count} previous trial(s) for use in optimization`),
  ]);
});

test('a trial that fails is no random start, and ends the batch where that is asked for', async () => {
  await using lab = new Lab();
  lab.put('train.py', SCRIPT);
  const words = [
    'run',
    'train.py',
    'x=[0.0:1.0:1.0]',
    'fails=0.9',
    '-O',
    '-m',
    '3',
    '-Fo',
    'random-starts=1',
    '-y',
  ];
  expect(await lab.sortie(words)).toMatchObject({ code: 1 });
  const id = (await listed(lab)).batches[0]?.id ?? '';
  expect(notes(file(lab.sortieHome, id, 'output')).slice(0, 2)).toEqual([
    'Random start for optimization (1 of 1)',
    'Random start for optimization (1 of 1)',
  ]);
  expect(await lab.sortie([...words, '--fail-on-trial-error'])).toMatchObject({ code: 3 });
});

test('with --no-wait each host learns by itself, from its own part of the trials', async () => {
  await using lab = new Lab();
  const hosts = [await lab.host('one'), await lab.host('two')];
  lab.put('train.py', SCRIPT);
  const words = ['run', 'train.py', 'x=[-2.0:2.0]', '-o', 'gp', '-m', '9', '-r', 'one,two', '-n', '-y'];
  const { code, stderr } = await lab.sortie(words);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr).toMatch(/queued on one \(5 trials\)\n[^]*queued on two \(4 trials\)/);
  const [, id = ''] = /watch ([0-9a-f]{8})/.exec(stderr) ?? [];
  const watched = await lab.sortie(['watch', id]);
  expect(watched).toMatchObject({ code: 0, stderr: expect.stringContaining('9 of 9 completed') as string });
  const xs = hosts.map(({ home }) => {
    const runs = join(home, '.sortie/runs');
    const texts = readdirSync(runs).map((run) => readFileSync(join(runs, run, '.guild/attrs/flags'), 'utf8'));
    return texts.flatMap((text) => /^x: (.*)$/m.exec(text)?.[1] ?? []);
  });
  expect(xs.map(({ length }) => length)).toEqual([5, 4]);
  expect(new Set(xs.flat()).size).toBe(9);
});

test('what asks for trials that nobody knows yet is refused', async () => {
  await using lab = new Lab();
  lab.put('train.py', SCRIPT);
  lab.put('rows.csv', 'x\n1\n2\n');
  lab.put('guild.yml', 'all: {steps: [train.py], flags: {x: 0.1}}\n');
  const run = ['run', 'train.py', 'x=[-2.0:2.0]', '-o', 'gp', '-y'];
  for (const [words, message] of [
    [[...run, '--print-trials'], 'optimizer does not support printing trials'],
    [[...run, '--save-trials', 't.csv'], 'optimizer does not support saving trials'],
    [[...run, '--print-cmd'], 'optimizer does not support printing the commands of trials'],
    [[...run, '--stage-trials'], "operation 'skopt:gp' does not support --stage-trials"],
    [[...run, '--needed'], "--needed cannot be used with the optimizer 'gp'"],
    [[...run, '@rows.csv'], "batch files cannot be used with the optimizer 'gp'"],
    [[...run, '-N', '=x'], "invalid objective '=x'"],
    [[...run, '-Fo', 'acq-func=EIps'], "unsupported value for optimizer flag 'acq-func': EIps"],
    [[...run, '-Fo', 'depth=3'], "unsupported optimizer flag 'depth' for 'gp'"],
    [['run', 'all', 'x=[0.0:1.0]', '-o', 'gp', '-y'], 'cannot be used with an operation of steps'],
    [['run', 'train.py', '-o', 'forest', '-y'], 'do not contain any search dimensions'],
    [['run', 'train.py', '-o', 'mine', '-y'], "the optimizer 'mine' is not supported"],
  ] as const) {
    const { code, stderr } = await lab.sortie(words);
    expect(stderr).toContain(message);
    expect(code).not.toBe(0);
  }
  expect(existsSync(join(lab.sortieHome, 'runs')) ? readdirSync(join(lab.sortieHome, 'runs')) : []).toEqual(
    [],
  );
});
