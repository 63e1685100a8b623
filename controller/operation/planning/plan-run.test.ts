import { expect, test, vi } from 'vitest';
import { parsePlan, planRun, requestOf, stringifyPlan, toRunSpec } from '../index.ts';
import { project, PYTHON_TEST_TIMEOUT_MS } from '../testing.ts';

vi.setConfig({ testTimeout: PYTHON_TEST_TIMEOUT_MS });

const TRAIN = `
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1, help="learning rate")
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--fast", action="store_true")
args = parser.parse_args()
`;

const ID = '0123456789abcdef0123456789abcdef';

test('a bare script is run by Python with its flags as arguments, defaults included', async () => {
  using here = project({ 'train.py': TRAIN });
  const plan = await planRun(requestOf(['train.py', 'lr=0.01', 'fast=yes']), here.world);
  const spec = toRunSpec(plan, { id: ID, tree: 'a'.repeat(64), host: { kind: 'remote' }, initialized: 5 });
  expect(spec.command).toEqual([
    '${python_exe}',
    '-u',
    'train.py',
    '--epochs',
    '3',
    '--fast',
    '--lr',
    '0.01',
  ]);
  expect(spec.opref).toBe(`script:${here.dir} '' '' train.py`);
  expect(spec.attrs['flags']).toBe('epochs: 3\nfast: true\nlr: 0.01\n');
  expect(spec.attrs['user_flags']).toBe('fast: true\nlr: 0.01\n');
  expect(spec.attrs['id']).toContain(ID);
  expect(spec.attrs['initialized']).toBe('5\n');
  expect(spec.environment.variables).toMatchObject({
    FLAG_LR: '0.01',
    FLAG_FAST: '1',
    FLAG_EPOCHS: '3',
    FLAGS_DEST: 'args',
    GUILD_OP: 'train.py',
  });
  expect(spec.inputs).toEqual([
    { kind: 'tree', tree: 'a'.repeat(64), at: '.', role: 'source', replace: false },
  ]);
});

test('a run here has the environment of its caller, and one elsewhere no paths of this machine', async () => {
  using here = project({ 'train.py': TRAIN });
  const plan = await planRun(requestOf(['train.py']), here.world);
  const local = toRunSpec(plan, {
    id: ID,
    tree: null,
    host: { kind: 'local', env: { PATH: '/x', PYTHONPATH: '/mine' } },
  });
  expect(local.environment).toMatchObject({
    base: 'caller',
    variables: { PATH: '/x', PYTHONPATH: '.:/mine', PROJECT_DIR: here.dir },
  });
  const remote = toRunSpec(plan, { id: ID, tree: null, host: { kind: 'remote', venv: '~/env' } });
  expect(remote.environment).toMatchObject({ base: 'host', venv: '~/env' });
  expect(remote.environment.variables).not.toHaveProperty('PROJECT_DIR');
});

test('a flag that the script does not have is refused, with the near name', async () => {
  using here = project({ 'train.py': TRAIN });
  await expect(planRun(requestOf(['train.py', 'epoch=3']), here.world)).rejects.toMatchObject({
    code: 'unknown-flag',
    message: "unsupported flag 'epoch' (did you mean epochs?)",
  });
});

test('a plan survives being written down', async () => {
  using here = project({ 'train.py': TRAIN });
  const plan = await planRun(requestOf(['train.py', 'lr=[0.1,1,inf,-0.0]'], { randomSeed: 7 }), here.world);
  expect(parsePlan(stringifyPlan(plan))).toEqual(plan);
});

test('dates, integers and floats in a plan that was written down are what they were', async () => {
  using here = project({
    'guild.yml':
      "a: {exec: 'x', flags: {day: 2026-01-31, big: 123456789012345678901, f: 1.0, m: {k: [1]}}}\n",
  });
  const plan = await planRun(requestOf(['a']), here.world);
  expect(parsePlan(stringifyPlan(plan)).flags).toEqual(plan.flags);
  expect(plan.flags.get('big')).toBe(123456789012345678901n);
});
