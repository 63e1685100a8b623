import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ed25519KeyPair } from '#controller/demo-host';
import { Lab, type PretendedHost } from './support/lab.ts';
import { pathWithoutNode } from './support/path-without-node.ts';

let lab: Lab;
let box: PretendedHost;

beforeAll(async () => {
  lab = new Lab();
  box = await lab.host('gpu-box');
  lab.put('hello.py', 'print("hello")\n');
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

function runsOf(sortieHome: string): string[] {
  const dir = join(sortieHome, 'runs');
  return existsSync(dir) ? readdirSync(dir) : [];
}

/** Runs `sortie` on bad input: one line that says what, a hint, exit 2, and no run here or on any host. */
async function refusal(args: readonly string[], options: Parameters<Lab['sortie']>[1] = {}): Promise<string> {
  const { code, stdout, stderr } = await lab.sortie(args, options);
  const [what = '', hint = '', ...rest] = stderr.trimEnd().split('\n');
  expect.soft({ code, stdout, rest }).toEqual({ code: 2, stdout: '', rest: [] });
  expect.soft(what).toMatch(/^sortie: \S/);
  expect.soft(what).not.toContain('internal error');
  expect.soft(hint).toMatch(/^(hint: |Try ')\S/);
  const homes = [lab.sortieHome, ...lab.hosts.map(({ home }) => join(home, '.sortie'))];
  expect.soft(homes.flatMap(runsOf)).toEqual([]);
  return what;
}

const on = (remote: string) => ['run', 'hello.py', '-y', '-r', remote];

test('a remote that nothing knows is named', async () => {
  expect(await refusal(on('nosuch-box.invalid'))).toContain('nosuch-box.invalid');
});

test('a host where nobody listens is named with the address that was tried', async () => {
  const port = box.server.port;
  await box.server.close();
  try {
    expect(await refusal(on(`root@127.0.0.1:${port}`))).toContain(`127.0.0.1:${port} refused`);
    // What accepts and hangs up at once, such as a load balancer without a host behind it.
    expect(await refusal(on('gpu-box'))).toContain(`127.0.0.1:${box.port}`);
  } finally {
    await box.powerOn();
  }
});

test('an unknown, a changed and a refused key are told apart', async () => {
  const { knownHost } = box;
  try {
    lab.put('.ssh/known_hosts', '');
    expect(await refusal(on('gpu-box'))).toMatch(/is not known: ssh-ed25519 SHA256:.*no terminal/);
    lab.put('.ssh/known_hosts', `[127.0.0.1]:${box.port} ${ed25519KeyPair().public}\n`);
    expect(await refusal(on('gpu-box'))).toMatch(/has changed/);
  } finally {
    lab.put('.ssh/known_hosts', `${knownHost}\n`);
  }
  try {
    lab.put('.ssh/id_ed25519', ed25519KeyPair().private, 0o600);
    expect(await refusal(on('gpu-box'))).toContain('refused authentication');
  } finally {
    lab.put('.ssh/id_ed25519', lab.clientKey.private, 0o600);
  }
});

test('a host without Python is named with where it was looked for', async () => {
  const programs = pathWithoutNode(join(lab.dir, 'programs'));
  for (const name of readdirSync(programs)) if (/^(python|pypy)/.test(name)) rmSync(join(programs, name));
  symlinkSync(process.execPath, join(programs, 'node'));
  await lab.host('bare-box', { env: { PATH: programs } });
  const what = await refusal(on('bare-box'));
  expect(what).toContain('bare-box: ');
  expect(what).toContain(`PATH: ${programs}`);
});

test('a home that cannot be written to is named, here and there', async () => {
  await lab.host('sealed-box', { env: { SORTIE_HOME: '/proc/nowhere' } });
  expect(await refusal(on('sealed-box'))).toBe('sortie: sealed-box: cannot write to /proc/nowhere');
  const here = await refusal(['run', 'hello.py', '-y'], { env: { SORTIE_HOME: '/proc/nowhere' } });
  expect(here).toContain('/proc/nowhere');
});

test('a script that is missing, a folder, or broken is named', async () => {
  mkdirSync(join(lab.laptop, 'folder.py'));
  lab.put('broken.py', 'print(1)\nprint(\n');
  expect(await refusal(['run', 'nothere.py', '-y', '-r', 'gpu-box'])).toContain('nothere.py');
  expect(await refusal(['run', 'folder.py', '-y'])).toContain('folder.py: that is a folder');
  expect(await refusal(['run', 'broken.py', '-y'])).toContain('broken.py:2:');
});

test('source over the limit is told with its biggest files, before anything is sent', async () => {
  const project = join(lab.laptop, 'big');
  lab.put('big/guild.yml', "train:\n  main: hello\n  sourcecode:\n    select: ['*']\n");
  lab.put('big/hello.py', 'print(1)\n');
  writeFileSync(join(project, 'weights.bin'), '');
  truncateSync(join(project, 'weights.bin'), 6e9);
  const what = await refusal(['run', 'train', '-y', '-r', 'gpu-box'], { cwd: project });
  expect(what).toContain('weights.bin (6.0 GB)');
});

test.each([
  [['run', 'hello.py', '--max-trials', 'x'], '--max-trials'],
  [['run', 'hello.py', '--stop-after', 'x'], '--stop-after'],
  [['run', 'hello.py', '--stop-after', '-1'], '--stop-after'],
  [['run', 'hello.py', '--gpus-per-trial', 'x'], '--gpus-per-trial'],
  [['run', 'hello.py', '--jobs', '0'], '--jobs'],
  [['run', 'hello.py', '--nosuch'], '--nosuch'],
  [['run', 'hello.py', '-r'], '--remote'],
  [['runs', '--status', 'sleeping'], 'sleeping'],
  [['frob'], 'frob'],
])('the bad words of %j are named', async (args, named) => {
  expect(await refusal(args)).toContain(named);
});
