import { expect, test } from 'vitest';
import { planRun, requestOf, type RunOptions } from '../index.ts';
import { project } from '../testing.ts';

const YML = `
train:
  exec: 'train \${flag_args}'
  flags:
    lr: {default: 0.1, min: 0.001, max: 1, distribution: loguniform}
    opt: {choices: [sgd, adam], default: sgd}
    n: 1
  optimizers:
    quick: {algorithm: gp, random-starts: 1, default: yes}
    slow: forest
`;

async function plan(words: readonly string[], options: RunOptions = {}) {
  using here = project({ 'guild.yml': YML });
  return await planRun(requestOf(['train', ...words], options), here.world);
}

test('a list makes a grid, a function a random search, plain values no batch', async () => {
  expect((await plan(['n=[1,2]'])).batch).toMatchObject({
    operation: '+',
    opref: "builtin:guildai 0.9.1 '' +",
  });
  expect((await plan(['lr=loguniform[0.01:0.1]'])).batch).toMatchObject({ operation: 'random' });
  expect((await plan(['n=[1:5]'])).batch).toMatchObject({ operation: 'random' });
  expect((await plan(['n=3'])).batch).toBeNull();
});

test('a search draws from the choices and bounds of flags that were left alone', async () => {
  const { batch } = await plan(['n=2'], { optimizer: 'random', maxTrials: 5 });
  expect(batch?.maxTrials).toBe(5);
  expect([...(batch?.searchSpace ?? [])]).toEqual([
    ['lr', 'loguniform[0.001:1:0.1]'],
    ['opt', ['sgd', 'adam']],
  ]);
});

test('the default optimizer of the operation has its flags, overlaid by those typed', async () => {
  const { batch } = await plan([], { optimize: true, optFlag: ['kappa=1.5'], maximize: 'accuracy' });
  expect(batch).toMatchObject({ operation: 'gp', objective: '-accuracy' });
  expect(batch?.flags.get('random-starts')).toBe(1n);
  expect(batch?.flags.get('kappa')).toBe(1.5);
});

test('flags of an optimizer need one, and one that learns stages no trials', async () => {
  await expect(plan([], { optFlag: ['x=1'] })).rejects.toMatchObject({
    message: 'invalid optimizer flag x=1: no optimizer specified',
  });
  await expect(plan(['lr=[0.1,0.2]'], { optimizer: 'gp', stageTrials: true })).rejects.toMatchObject({
    message: "operation 'skopt:gp' does not support --stage-trials",
  });
});

const FILES = {
  'guild.yml': YML,
  'two.csv': 'n,opt\n1,sgd\n2,adam\n',
  'one.json': '[{"n": 7, "lr": 0.5}]',
  'none.csv': 'n\n',
  'bad.csv': 'n,opt\n1,sgd\n2,rms\n',
};

async function planWith(words: readonly string[], options: RunOptions = {}) {
  using here = project(FILES);
  return await planRun(requestOf(['train', ...words], options), here.world);
}

test('several rows are a batch, one row gives flags below those typed, none is refused', async () => {
  const { batch } = await planWith(['@two.csv', 'lr=0.2']);
  expect(batch?.operation).toBe('+');
  expect(batch?.rows?.map((row) => [...row])).toEqual([
    [
      ['n', 1n],
      ['opt', 'sgd'],
    ],
    [
      ['n', 2n],
      ['opt', 'adam'],
    ],
  ]);
  const single = await planWith(['@one.json', 'lr=0.2']);
  expect(single.batch).toBeNull();
  expect([single.flags.get('n'), single.flags.get('lr')]).toEqual([7n, 0.2]);
  await expect(planWith(['@none.csv'])).rejects.toMatchObject({ message: 'none.csv has no rows' });
});

test('rows are checked like flags that were typed, and a mistake is told with file and row', async () => {
  await expect(planWith(['@bad.csv'])).rejects.toMatchObject({
    message: "bad.csv, row 2: unsupported value for 'opt': rms",
  });
  expect((await planWith(['@bad.csv'], { forceFlags: true })).batch?.rows).toHaveLength(2);
  await expect(planWith(['@gone.csv'])).rejects.toMatchObject({
    message: 'batch file ./gone.csv does not exist',
  });
});

test("an operation's own limit is one for lists, not for the rows of files", async () => {
  const yml = 'go: {exec: x, default-max-trials: 2, flags: {n: 1}}\n';
  using here = project({ 'guild.yml': yml, 'rows.csv': 'n\n1\n2\n3\n' });
  const limit = async (words: string[], maxTrials?: number) =>
    (await planRun(requestOf(['go', ...words], { maxTrials }), here.world)).batch;
  expect(await limit(['n=[1,2,3]'])).toMatchObject({ maxTrials: 2, isLimitAsked: false });
  expect(await limit(['@rows.csv'])).toMatchObject({ maxTrials: null });
  expect(await limit(['@rows.csv'], 1)).toMatchObject({ maxTrials: 1, isLimitAsked: true });
});

test('rows may name aliases, choose what sets other flags, and give what is required', async () => {
  const yml = `
go:
  exec: x
  flags:
    size:
      alias: how-big
      choices: [{value: 1, alias: small, flags: {steps: 10}}, {value: 2, alias: large, flags: {steps: 20}}]
    steps: 0
    name: {required: yes}
`;
  const files = {
    'guild.yml': yml,
    'rows.csv': 'how-big,name\nsmall,a\nlarge,b\n',
    'part.csv': 'steps\n1\n2\n',
  };
  using here = project(files);
  const { batch } = await planRun(requestOf(['go', '@rows.csv']), here.world);
  expect(batch?.rows?.map((row) => Object.fromEntries(row))).toEqual([
    { size: 1n, name: 'a', steps: 10n },
    { size: 2n, name: 'b', steps: 20n },
  ]);
  await expect(planRun(requestOf(['go', '@part.csv']), here.world)).rejects.toMatchObject({
    code: 'missing-flags',
  });
});

test('sequences are lists at once', async () => {
  const { flags, batch } = await planWith(['n=range[1:3]']);
  expect(flags.get('n')).toEqual([1n, 2n, 3n]);
  expect(batch?.operation).toBe('+');
});
