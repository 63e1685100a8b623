import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localWorld, operationVariables, planRun, requestOf, toRunSpec } from '#controller/operation';

const root = join(import.meta.dirname, '..');

/** Plans an operation of an example and runs its command in a copy of the source, as a host would. */
async function runExample(name: string, words: readonly string[], prepared?: string): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    cpSync(join(root, 'examples', name), dir, { recursive: true });
    if (prepared !== undefined) await runIn(dir, ['prepare', prepared]);
    return await runIn(dir, words);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runIn(dir: string, words: readonly string[]): Promise<string> {
  const world = localWorld({ cwd: dir, home: join(dir, '.sortie'), env: process.env });
  const plan = await planRun(requestOf(words, { forceDeps: true }), world);
  expect(plan.warnings.filter((warning) => !warning.includes('suitable run'))).toEqual([]);
  const { command } = toRunSpec(plan, {
    id: '0'.repeat(32),
    tree: null,
    host: { kind: 'local', env: process.env },
  });
  const [program = '', ...args] = command.map((word) =>
    word === '${python_exe}' ? 'python3' : word.replace('${sortie_python}', join(root, 'agent', 'python')),
  );
  const env = { ...process.env, ...operationVariables(plan) };
  return execFileSync(program, args, { cwd: dir, env, encoding: 'utf8' });
}

test('the bare script trains with its flags', async () => {
  const output = await runExample('train', ['train.py', 'lr=0.01', 'epochs=2', 'seconds=0']);
  expect(output.match(/^loss: /gm)).toHaveLength(2);
});

test('the module without a parser takes flags as its names', async () => {
  const output = await runExample('globals', ['descend.py', 'rate=0.5', 'steps=3', 'function=bowl']);
  expect(output).toBe(
    'loss: 0.000000 (step 1)\nloss: 0.000000 (step 2)\nloss: 0.000000 (step 3)\nx: 0.000000\n',
  );
});

test('the project prepares data and fits it', async () => {
  const output = await runExample('pipeline', ['train', 'degree=2'], 'samples=30');
  expect(output).toMatch(/^degree 2\nresidual 0\.\d+$/m);
});

test('the pipeline is two steps with the flags of the whole', async () => {
  const home = mkdtempSync(join(tmpdir(), 'example-'));
  const world = localWorld({ cwd: join(root, 'examples', 'pipeline'), home, env: process.env });
  const plan = await planRun(requestOf(['all', 'degree=3']), world);
  rmSync(home, { recursive: true, force: true });
  expect(plan.steps?.map(({ name, request }) => [name, request.flagArgs])).toEqual([
    ['prepare', ['samples=20']],
    ['train', ['degree=3']],
  ]);
});

test('the wave is searched between its bounds by its default optimizer, and runs with a value of them', async () => {
  const world = localWorld({ cwd: join(root, 'examples', 'optimize'), home: '/nowhere', env: process.env });
  const { batch } = await planRun(requestOf(['wave'], { optimize: true }), world);
  expect(batch).toMatchObject({ operation: 'gp', objective: 'loss' });
  expect([...(batch?.searchSpace ?? [])]).toEqual([['x', 'uniform[-2.0:2.0:1.0]']]);
  expect(await runExample('optimize', ['wave', 'x=-0.5', 'noise=0'])).toBe('loss: -0.4519\n');
});

test('the executable gets flags as words and in its environment', async () => {
  expect(await runExample('executable', ['count', 'upto=2', 'pause=0'])).toBe(
    'counting to 2\nsquare: 1 (step 1)\nsquare: 4 (step 2)\n',
  );
});
