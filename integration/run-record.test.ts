/** A run directory, entry by entry and attribute by attribute, as Guild lays it out: here, on a host, and in the mirror of the host's. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isMap, loadYaml, type Value } from '#protocol';
import { Lab, type PretendedHost } from './support/lab.ts';
import { testNeeding } from './support/programs.ts';
import { waitFor } from './support/wait.ts';

const GUILDFILE = [
  'fit:',
  '  description: Fits.',
  '  main: train fit',
  "  label: 'rate ${lr}'",
  '  tags: [kept]',
  '  flags-import: all',
  '  flags:',
  '    lr: {type: float, null-label: none}',
  '    extra: {default: x, arg-skip: yes}',
  '  env: {MODE: "at ${lr}", MY_TOKEN: shh}',
  '  env-secrets: [HIDDEN]',
  '  compare: [=lr, loss]',
  '  run-attrs: {paper: 7}',
  '  requires:',
  '    - {file: data.txt, target-path: in}',
  '',
].join('\n');
const SCRIPT = [
  'import argparse, sys',
  'p = argparse.ArgumentParser()',
  'p.add_argument("mode")',
  'p.add_argument("--lr", type=float, default=0.1)',
  'p.add_argument("--n", type=int, default=2)',
  'a = p.parse_args()',
  'print("loss: %s (step 3)" % a.lr)',
  'print("to stderr", file=sys.stderr)',
  'open("made.txt", "w").write("made")',
  '',
].join('\n');

interface Recorded {
  readonly id: string;
  readonly dir: string;
  readonly attrs: Readonly<Record<string, Value>>;
}

function record(home: string, id: string): Recorded {
  const dir = join(home, 'runs', id);
  const folder = join(dir, '.guild/attrs');
  const attrs = readdirSync(folder).map((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    return [name, loadYaml(text)] as const;
  });
  return { id, dir, attrs: Object.fromEntries(attrs) };
}

/** A run of the project, here or on a host, in a home whose agent knows what is installed: the first run's record gets it when it was found out. */
async function runOf(lab: Lab, host: PretendedHost | null): Promise<Recorded> {
  const place = host === null ? [] : ['-r', host.name];
  const home = host === null ? lab.sortieHome : join(host.home, '.sortie');
  const first = '1'.repeat(32);
  const id = '2'.repeat(32);
  const words = ['run', 'fit', 'lr=0.5', '-y', '--random-seed', '5', '-c', 'a note', '-t', 'mine', ...place];
  const env = { HIDDEN: 'never shown' };
  expect(await lab.sortie([...words, '--run-id', first], { env })).toMatchObject({ code: 0 });
  await waitFor('what is installed to be known', () =>
    existsSync(join(home, 'runs', first, '.guild/attrs/pip_freeze')),
  );
  expect(await lab.sortie([...words, '--run-id', id], { env })).toMatchObject({ code: 0 });
  return record(home, id);
}

async function projectLab(): Promise<{ lab: Lab; commit: string }> {
  const lab = new Lab();
  lab.put('guild.yml', GUILDFILE);
  lab.put('train.py', SCRIPT);
  lab.put('data.txt', 'data\n');
  lab.put('.gitignore', '.sortie\n.ssh\n');
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], {
      cwd: lab.laptop,
      encoding: 'utf8',
    });
  git('init', '-q');
  git('add', 'guild.yml', 'train.py', 'data.txt', '.gitignore');
  git('commit', '-q', '-m', 'x');
  return { lab, commit: `git:${git('rev-parse', 'HEAD').trim()}` };
}

const hash = (name: string, bytes: string | Buffer) => createHash(name).update(bytes).digest('hex');

/** What holds wherever the run was. */
function checkRecord({ id, dir, attrs }: Recorded, lab: Lab, commit: string): void {
  expect(attrs).toMatchObject({
    id,
    flags: { lr: 0.5, n: 2n, extra: 'x' },
    user_flags: { lr: 0.5 },
    label: 'mine rate 0.5',
    tags: ['mine', 'kept'],
    comments: [{ user: expect.any(String) as string, host: expect.any(String) as string, body: 'a note' }],
    exit_status: 0n,
    user: expect.any(String) as string,
    host: expect.any(String) as string,
    plugins: ['python_script'],
    random_seed: 5n,
    platform: {
      architecture: process.arch,
      cpus: expect.any(BigInt) as bigint,
      processor: expect.any(String) as string,
      python_version: expect.stringMatching(/^3\.\d+\.\d+/) as string,
      uname: expect.stringContaining('Linux') as string,
    },
    run_params: { opspec: 'fit', flags: ['lr=0.5'], yes: true, tags: ['mine'], random_seed: 5n },
    op: {
      'op-cmd': {
        'cmd-args': expect.arrayContaining(['__flag_args__']) as Value,
        'cmd-env': { MODE: 'at ${lr}', PROJECT_DIR: lab.laptop, GUILD_PLUGINS: 'python_script' },
        'cmd-flags': { extra: { 'arg-skip': true } },
        'flags-dest': 'args',
      },
      'flag-null-labels': { lr: 'none' },
      'label-template': 'mine rate ${lr}',
      sourcecode: { dest: '.' },
    },
    deps: {
      'file:data.txt': { 'file:data.txt': { uri: 'file:data.txt', paths: ['in/data.txt'] } },
    },
    vcs_commit: commit,
    opdef_attrs: { paper: 7n },
    compare: ['=lr', 'loss'],
  });
  expect(attrs['cmd']).toEqual([
    expect.stringMatching(/^\/.*python/),
    '-u',
    'train.py',
    'fit',
    '--lr',
    '0.5',
    '--n',
    '2',
  ]);
  expect(attrs['pip_freeze']).toBeInstanceOf(Array);
  const times = ['initialized', 'started', 'stopped'].map((name) => attrs[name] as bigint);
  expect(times).toEqual(times.toSorted((a, b) => Number(a - b)));
  expect(String(times[0])).toMatch(/^\d{16}$/);
  const env = isMap(attrs['env'] ?? null) ? (attrs['env'] as Record<string, string>) : {};
  expect(env).toMatchObject({
    RUN_ID: id,
    RUN_DIR: dir,
    GUILD_OP: 'fit',
    FLAG_LR: '0.5',
    FLAG_EXTRA: 'x',
    MODE: 'at 0.5',
    FLAGS_DEST: 'args',
    GUILD_SOURCECODE: '.',
  });
  expect(Object.keys(env).filter((name) => /TOKEN|HIDDEN/.test(name))).toEqual([]);

  const source = ['.gitignore', 'guild.yml', 'train.py'].filter((name) => name !== '.gitignore');
  const text = (name: string) => readFileSync(join(lab.laptop, name));
  const digest = source.map((name) => `${name}\0${text(name).toString('utf8')}\0`).join('');
  expect(attrs['sourcecode_digest']).toBe(hash('md5', digest));
  const lines = readFileSync(join(dir, '.guild/manifest'), 'utf8').trim().split('\n').sort();
  expect(lines).toEqual([
    expect.stringMatching(
      new RegExp(`^d in/data.txt ${hash('sha1', text('data.txt'))} file:(in/)?data.txt$`),
    ),
    ...source.map((name) => `s ${name} ${hash('sha1', text(name))} ${name}`),
  ]);
  const opref = `guildfile:${join(lab.laptop, 'guild.yml')} ${hash('md5', text('guild.yml'))} '' fit`;
  expect(readFileSync(join(dir, '.guild/opref'), 'utf8')).toBe(opref);
}

/** What a run's own attributes are, whatever it is. */
const ATTRIBUTES =
  'cmd comments compare deps env exit_status flags host id initialized label op opdef_attrs pip_freeze platform plugins random_seed run_params sourcecode_digest started stopped tags user user_flags vcs_commit'.split(
    ' ',
  );

function checkOutput({ dir }: Recorded): void {
  const output = readFileSync(join(dir, '.guild/output'), 'utf8');
  expect(output.split('\n').sort()).toEqual(['', 'loss: 0.5 (step 3)', 'to stderr']);
  // A time in ms and a stream for each line.
  const index = readFileSync(join(dir, '.guild/output.index'));
  expect(index.length).toBe(2 * 9);
  expect(Math.abs(Number(index.readBigUInt64BE(0)) - Date.now())).toBeLessThan(600_000);
  const entries = readdirSync(join(dir, '.guild')).sort();
  expect(entries.filter((name) => !name.startsWith('events.'))).toEqual([
    'attrs',
    'manifest',
    'opref',
    'output',
    'output.index',
    'sortie',
  ]);
  expect(entries.filter((name) => /^events\.out\.tfevents\.\d+\./.test(name))).toHaveLength(1);
}

testNeeding('git')('a run here is recorded as Guild records it', async () => {
  const { lab: made, commit } = await projectLab();
  await using lab = made;
  const run = await runOf(lab, null);
  expect(Object.keys(run.attrs).sort()).toEqual(ATTRIBUTES);
  checkRecord(run, lab, commit);
  checkOutput(run);
  expect(readdirSync(run.dir).sort()).toEqual(['.guild', 'guild.yml', 'in', 'made.txt', 'train.py']);
  expect(run.attrs['env']).toMatchObject({ CMD_DIR: lab.laptop, PROJECT_DIR: lab.laptop });
});

testNeeding('git')(
  'a run on a host is recorded there the same way, and its mirror has every attribute of it',
  async () => {
    const { lab: made, commit } = await projectLab();
    await using lab = made;
    const box = await lab.host('gpu-box');
    lab.put('guild.yml', `${GUILDFILE}# changed\n`);
    const there = await runOf(lab, box);
    expect(Object.keys(there.attrs).sort()).toEqual(ATTRIBUTES);
    checkRecord(there, lab, `${commit}*`);
    checkOutput(there);
    expect(there.attrs['env']).not.toHaveProperty('PROJECT_DIR');

    const mirror = record(lab.sortieHome, there.id);
    expect(mirror.attrs).toEqual(there.attrs);
    for (const name of ['opref', 'manifest', 'output', 'output.index'])
      expect(readFileSync(join(mirror.dir, '.guild', name))).toEqual(
        readFileSync(join(there.dir, '.guild', name)),
      );
    expect(readdirSync(mirror.dir)).toEqual(['.guild']);
    expect(existsSync(join(mirror.dir, '.guild/LOCK.remote'))).toBe(false);
  },
);
