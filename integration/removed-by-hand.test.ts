import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab, type PretendedHost } from './support/lab.ts';

let lab: Lab;
let box: PretendedHost;

beforeAll(async () => {
  lab = new Lab();
  box = await lab.host('gpu-box');
  lab.put('hello.py', 'x = 1\nprint("hello")\nopen("made", "w").write("made")\n');
  // A used home, here and there.
  await works(['-r', 'gpu-box']);
  await works([]);
  for (const where of [['-r', 'gpu-box'], []])
    await lab.sortie(['run', 'hello.py', '@trials.csv', '-y', ...where]);
});
afterAll(async () => lab[Symbol.asyncDispose]());

async function works(where: readonly string[]): Promise<void> {
  lab.put('trials.csv', 'x\n1\n2\n');
  const said = await lab.sortie(['run', 'hello.py', '-y', ...where]);
  // What it complains of is shown where it does.
  expect(said).toEqual({
    code: 0,
    signal: null,
    stdout: 'hello\n',
    stderr: said.code === 0 ? said.stderr : '',
  });
}

/** Everything that somebody may do next, after they removed something. */
async function everythingWorks(where: readonly string[]): Promise<void> {
  await works(where);
  for (const words of [['runs'], ['watch', '1'], ['stop', '-y'], ['pull', '1']]) {
    const said = await lab.sortie([...words, ...(words[0] === 'pull' ? [] : where)]);
    expect({ words, ...said }).toMatchObject({ code: 0 });
    expect(said.stderr).not.toContain('bug');
  }
}

/** The entries of a home, and what is deeper and has a life of its own. */
function entriesOf(home: string): string[] {
  return [...readdirSync(home), 'cache/sockets', 'cache/known-blobs', 'trash/runs', 'blobs/partial'];
}

test("whatever is removed of a host's home under a live agent, the next command works", async () => {
  const home = join(box.home, '.sortie');
  const entries = entriesOf(home);
  expect(entries).toEqual(expect.arrayContaining(['agents', 'blobs', 'runs', 'secret', 'staging']));
  for (const entry of entries) {
    rmSync(join(home, entry), { recursive: true, force: true });
    await works(['-r', 'gpu-box']);
  }
  await everythingWorks(['-r', 'gpu-box']);
});

test('whatever is removed of the home here, the next command works', async () => {
  expect(entriesOf(lab.sortieHome)).toEqual(expect.arrayContaining(['blobs', 'cache', 'runs', 'secret']));
  for (const entry of entriesOf(lab.sortieHome)) {
    rmSync(join(lab.sortieHome, entry), { recursive: true, force: true });
    await works([]);
    await works(['-r', 'gpu-box']);
  }
  await everythingWorks([]);
});

test.each([
  ['a host', () => join(box.home, '.sortie'), ['-r', 'gpu-box']],
  ['this machine', () => lab.sortieHome, []],
] as const)(
  'where the folder of runs, one run or all of the home is removed on %s, the next command works',
  async (_, home, where) => {
    for (const path of ['runs', '.']) {
      rmSync(join(home(), path), { recursive: true, force: true });
      await everythingWorks(where);
      expect(readdirSync(home())).toContain('runs');
    }
    const [run = ''] = readdirSync(join(home(), 'runs'));
    rmSync(join(home(), 'runs', run), { recursive: true });
    await everythingWorks(where);
  },
);

test('where a socket is removed, the next command finds the same agent', async () => {
  await works([]);
  const [remembered = ''] = readdirSync(join(lab.sortieHome, 'cache/sockets'));
  const socket = readFileSync(join(lab.sortieHome, 'cache/sockets', remembered), 'utf8');
  expect(dirname(socket)).toContain('sortie');
  // Not the folder itself: it is the tester's, and has the sockets of their other agents.
  rmSync(socket);
  rmSync(`${socket}.json`);
  await everythingWorks([]);
});
