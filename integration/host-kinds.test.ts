import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab, type HostOptions } from './support/lab.ts';
import { nodeBinary } from './support/nodes.ts';
import { pathWithoutNode } from './support/path-without-node.ts';
import { findProgram } from './support/programs.ts';
import { sshd } from './support/ssh-server.ts';
import { forgetUnanswered } from './support/unanswered.ts';
import { listed } from './support/remote-run.ts';
import { waitFor } from './support/wait.ts';

/** What hosts differ in. Not here: a musl system and one of another architecture, which no package makes of this machine. */
interface Kind {
  readonly words: string;
  /** The host's own, from the npm registry; null for none. */
  readonly node: string | null;
  /** What /bin/sh is: that of this machine unless said. */
  readonly sh?: string;
  readonly login?: string;
  /** Of pyenv or this machine's; null for none. */
  readonly python?: string | null;
  readonly locale?: string;
  readonly homeName?: string;
  readonly mounts?: readonly string[];
}

const NO_BOOT_ID = 'mount -t tmpfs tmpfs /proc/sys/kernel/random';
const NEWEST = '26.10.0';
let lab: Lab;

beforeAll(() => {
  lab = new Lab();
  lab.put('train.py', "lr = 0.1\nprint('loss: %s' % lr)\nopen('model.txt', 'w').write('é')\n");
  lab.put('slow.py', "import time\nprint('begun', flush=True)\ntime.sleep(600)\n");
  lab.put('train.sh', 'echo "loss: $2"\necho model >model.txt\n');
  lab.put(
    'guild.yml',
    [
      'train: {flags: {lr: 0.1}, main: train, flags-import: [lr], flags-dest: globals}',
      'slow: {main: slow}',
      'train-sh: {exec: "sh train.sh ${flag_args}", flags: {lr: 0.1}}',
      'slow-sh: {exec: sleep 600}',
      '',
    ].join('\n'),
  );
});
afterAll(async () => lab[Symbol.asyncDispose]());

/** What this machine lacks for a kind; null where it can be made. */
function lacking({ sh, login, python, mounts = [] }: Kind): string | null {
  const programs = [sh, login].filter((name) => name !== undefined);
  const missing =
    programs.find((name) => findProgram(name) === undefined) ??
    [python].find((name) => name != null && interpreter(name) === undefined);
  if (missing !== undefined) return `${missing} is not installed`;
  const needsMounts = mounts.length > 0 || sh !== undefined;
  if (needsMounts && (process.getuid?.() !== 0 || sshd === undefined))
    return "mounts need root and OpenSSH's server";
  return null;
}

/** The interpreter itself, which what is on PATH may only stand for; undefined where there is none of that version. */
function interpreter(name: string): string | undefined {
  const [pyenv] = globSync(join(homedir(), `.pyenv/versions/${name.slice('python'.length)}.*/bin/python3`));
  if (pyenv !== undefined) return pyenv;
  const { status, stdout } = spawnSync(name, ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** The Node that serves a host: its own, or where that won't do the one that runs here. */
function serving({ node }: Kind): string {
  return node === null || /^(18|20\.0)\./.test(node) ? process.versions.node : node;
}

async function optionsOf(kind: Kind, name: string): Promise<HostOptions> {
  const own = join(lab.dir, `own-${name}`);
  mkdirSync(own);
  const { node, sh, login = 'bash', python = 'python3', locale = 'C.UTF-8', homeName, mounts = [] } = kind;
  if (node !== null)
    symlinkSync(node === NEWEST ? process.execPath : await nodeBinary(node), join(own, 'node'));
  if (python !== null) symlinkSync(interpreter(python) ?? '', join(own, 'python3'));
  const others = pathWithoutNode(join(lab.dir, `programs-${name}`), ['python3', 'python']);
  const shell = sh === undefined ? [] : [`mount --bind ${findProgram(sh) ?? ''} "$(readlink -f /bin/sh)"`];
  return {
    shell: login,
    env: { PATH: [own, others].join(delimiter), LANG: locale, LC_ALL: locale },
    ...(homeName === undefined ? {} : { homeName }),
    mounts: [...mounts, ...shell],
  };
}

const GOOD: readonly Kind[] = [
  { words: 'no Node, and no boot id', node: null, sh: 'dash', mounts: [NO_BOOT_ID] },
  {
    words: 'Node 18, no Python, zsh, and a home with spaces',
    node: '18.20.8',
    sh: 'bash',
    login: 'zsh',
    python: null,
    locale: 'C',
    homeName: 'a höme with späces',
  },
  {
    words: 'Node 20.0, busybox for sh, fish, and a locale that is not there',
    node: '20.0.0',
    sh: 'busybox',
    login: 'fish',
    locale: 'xx_YY.UTF-8',
  },
  {
    words: 'Node 20.19 and tcsh',
    node: '20.19.5',
    login: 'tcsh',
    locale: 'C',
  },
  {
    words: 'Node 22.12, bash for sh, and a home of 20 MB',
    node: '22.12.0',
    sh: 'bash',
    mounts: ['mount -t tmpfs -o size=20m tmpfs $home'],
  },
  {
    words: 'Node 24, busybox for sh, zsh, no boot id, and a locale that is not there',
    node: '24.21.0',
    sh: 'busybox',
    login: 'zsh',
    locale: 'xx_YY.UTF-8',
    mounts: [NO_BOOT_ID],
  },
  {
    words: 'Node 26, no Python, fish, and a home with spaces',
    node: NEWEST,
    sh: 'dash',
    login: 'fish',
    python: null,
    locale: 'C',
    homeName: 'ein Heim für alle',
  },
  { words: 'Python 3.8', node: '20.8.0', python: 'python3.8' },
  { words: 'Python 3.13', node: '24.21.0', login: 'sh', python: 'python3.13' },
];

test.for(GOOD)(
  'a host with $words is met, runs, takes a batch, stops and gives its files',
  async (kind, { skip }) => {
    const missing = lacking(kind);
    if (missing !== null) return skip(missing);
    const name = `good-${GOOD.indexOf(kind)}`;
    await lab.host(name, await optionsOf(kind, name));
    const [train, slow] = kind.python === null ? ['train-sh', 'slow-sh'] : ['train', 'slow'];
    const doctor = await lab.sortie(['doctor', name]);
    expect(doctor.stdout).toContain(`Node ${serving(kind)} on`);
    const python = /\d.*/.exec(kind.python ?? '')?.[0] ?? '';
    expect(doctor.stdout).toMatch(kind.python === null ? /✖ python/ : new RegExp(`✔ python +${python}`));
    expect(await lab.sortie(['run', train, '-r', name, '-y'])).toMatchObject({
      code: 0,
      stdout: 'loss: 0.1\n',
    });
    const batch = await lab.sortie(['run', train, 'lr=[1,2]', '-r', name, '-n', '-y', '--keep-batch']);
    expect(batch).toMatchObject({ code: 0, stderr: expect.stringContaining(' queued on ') as string });
    const [, id = ''] = /^(\w{32}) queued on/m.exec(batch.stderr) ?? [];
    await waitFor('the end of the batch', async () => {
      forgetUnanswered(lab);
      return (await listed(lab)).find((run) => run.id === id)?.status === 'completed';
    });
    const pulled = await lab.sortie(['pull', id]);
    expect(pulled).toMatchObject({ code: 0, stderr: expect.not.stringContaining('WARNING') as string });
    const left = await lab.sortie(['run', slow, '-r', name, '-n', '-y']);
    const [, run = ''] = /\b([0-9a-f]{32})\b/.exec(left.stderr) ?? [];
    await waitFor('the run to run', async () => {
      forgetUnanswered(lab);
      return (await listed(lab)).find((each) => each.id === run)?.status === 'running';
    });
    expect(await lab.sortie(['stop', run, '-y'])).toMatchObject({ code: 0 });
    expect((await listed(lab)).find((each) => each.id === run)?.status).toBe('terminated');
  },
);

const BAD: readonly (Kind & { readonly says: RegExp })[] = [
  { words: '/bin/false for a login shell', node: '24.21.0', login: 'false', says: /login shell|no shell/ },
  {
    words: 'a home that is read-only',
    node: '24.21.0',
    mounts: ['mount --bind -o ro $home $home && mount -o remount,bind,ro $home'],
    says: /cannot write to .*\nhint: /,
  },
  {
    words: 'a home of 20 MB and no Node',
    node: null,
    mounts: ['mount -t tmpfs -o size=20m tmpfs $home'],
    says: /MB are free .*\nhint: Free some space there/,
  },
  {
    words: 'a home of 60 files',
    node: '24.21.0',
    mounts: ['mount -t tmpfs -o nr_inodes=60 tmpfs $home'],
    says: /[Nn]o space|inodes/,
  },
];

test.for(BAD)('a host with $words is one error that says so', async (kind, { skip }) => {
  const missing = lacking(kind);
  if (missing !== null) return skip(missing);
  const name = `bad-${BAD.indexOf(kind)}`;
  await lab.host(name, await optionsOf(kind, name));
  const ran = await lab.sortie(['run', 'train', '-r', name, '-y']);
  expect(ran).toMatchObject({ stdout: '', stderr: expect.stringMatching(kind.says) as string });
  expect(ran.code).not.toBe(0);
  expect(ran.stderr).not.toMatch(/internal error|is a bug/);
});
