import { expect, test } from 'vitest';
import { planRun, requestOf } from '../index.ts';
import { project } from '../testing.ts';

const YML = `
prepare: {exec: prep}
train: {exec: 'train \${flag_args}', flags: {lr: 0.1}}
all:
  flags: {rate: 0.5, 'train:extra': 7}
  steps:
    - prepare
    - run: train lr=\${rate} --gpus 0 -t a -t b --quiet
      label: L
      expect: [{output: done}, {file: model.pt, contains: x}]
    - run: train
      isolate-runs: no
`;

test('steps are requests with options, flags of the pipeline in place, names counted', async () => {
  using here = project({ 'guild.yml': YML });
  const plan = await planRun(requestOf(['all', 'rate=2']), here.world);
  expect(plan.steps).toMatchObject([
    { name: 'prepare', request: { opspec: 'prepare', flagArgs: [] }, isolateRuns: true, expect: [] },
    {
      name: 'train',
      request: {
        opspec: 'train',
        flagArgs: ['lr=2', 'extra=7'],
        options: { gpus: '0', tag: ['a', 'b'], label: 'L', yes: true },
      },
      expect: [
        { kind: 'output', pattern: 'done' },
        { kind: 'file', file: 'model.pt', contains: 'x', compareTo: null },
      ],
    },
    { name: 'train_2', isolateRuns: false },
  ]);
  expect(plan.warnings).toEqual([
    "run parameter --quiet used in 'train lr=2 --gpus 0 -t a -t b --quiet' ignored",
  ]);
  expect(plan.source).toBeNull();
});

test("a step means an operation of its pipeline's model, whatever other models have", async () => {
  using here = project({
    'guild.yml': `
- model: a
  operations: {train: {exec: one}}
- model: b
  operations:
    train: {exec: two}
    all: {flags: {'train:lr': 1}, steps: [train, 'a:train']}
`,
  });
  const plan = await planRun(requestOf(['b:all']), here.world);
  expect(plan.steps).toMatchObject([
    { name: 'train', request: { opspec: 'b:train', flagArgs: ['lr=1'] } },
    { name: 'train_2', request: { opspec: 'a:train' } },
  ]);
});

test('an expectation that is no regular expression is refused before anything runs', async () => {
  using here = project({
    'guild.yml': "a: {exec: x}\nall:\n  steps:\n    - {run: a, expect: {output: '(open'}}\n",
  });
  await expect(planRun(requestOf(['all']), here.world)).rejects.toMatchObject({ code: 'bad-guildfile' });
});

test('flags of a step are typed for its pipeline by the name of the step or its operation, and checked before anything runs', async () => {
  using here = project({
    'guild.yml': [
      'train: {exec: x, flags: {lr: 0.1, name: {type: string}, n: {type: int, required: yes}}}',
      'inner: {steps: [train n=1]}',
      'all:',
      '  steps:',
      '    - train n=1',
      '    - {run: train, name: second}',
      '    - inner',
      '',
    ].join('\n'),
  });
  const words = ['all', 'train:lr=2', 'second:lr=3', 'second:name=007', 'inner:train:n=5'];
  const { steps } = await planRun(requestOf(words), here.world);
  expect(steps?.map(({ request }) => request.flagArgs)).toEqual([
    ['n=1', 'lr=2'],
    ['lr=2', 'lr=3', "name='007'"],
    ['train:n=5'],
  ]);
  expect((await planRun(requestOf(['all']), here.world)).flags.size).toBe(0);
  for (const wrong of ['train:rl=1', 'other:lr=1', 'inner:lr=1'])
    await expect(planRun(requestOf(['all', wrong]), here.world)).rejects.toMatchObject({
      code: 'unknown-flag',
    });
  await expect(planRun(requestOf(['all', 'train:n=x']), here.world)).rejects.toMatchObject({
    code: 'bad-flag-value',
  });
});

test('values of a step in guild.yml keep their kinds', async () => {
  using here = project({
    'guild.yml':
      "a: {exec: x}\nall:\n  steps:\n    - {run: a, flags: {k: [linear, rbf], g: 'logspace[0:2:3]', b: yes, f: 1.0, n: null}}\n",
  });
  const { steps } = await planRun(requestOf(['all']), here.world);
  expect(steps?.[0]?.request.flagArgs).toEqual([
    'k=[linear, rbf]',
    'g=logspace[0:2:3]',
    'b=yes',
    'f=1.0',
    'n=null',
  ]);
});
