/** What guild.yml files of other people's projects have, and what a run of them comes to. */
import { expect, test } from 'vitest';
import { project, PYTHON_TEST_TIMEOUT_MS } from '../testing.ts';
import {
  commandText,
  modelHelpText,
  operationHelpText,
  planRun,
  renderedFiles,
  requestOf,
  type RunOptions,
} from '../index.ts';

async function planned(
  files: Readonly<Record<string, string>>,
  words: readonly string[],
  options: RunOptions = {},
) {
  using here = project(files);
  return await planRun(requestOf(words, options), here.world);
}

const RENAMED = {
  'guild.yml': [
    'tr: {main: tr, flags-import: all, flags: {epochs: {arg-name: train_epochs}}}',
    'ar: {main: ar, flags-import: all, flags: {epochs: {arg-name: train-epochs}}}',
    'own: {main: ar, flags: {epochs: {arg-name: train-epochs}}}',
    'other: {main: ar, flags-import: all, flags: {epochs: {arg-name: passes, default: 2}}}',
  ].join('\n'),
  'tr.py': 'train_epochs = 25\n',
  'ar.py':
    "import argparse\np = argparse.ArgumentParser(); p.add_argument('--train-epochs', type=int, default=25)\np.parse_args()\n",
};

test.each([
  ['tr', ['tr'], [['epochs', 25n]], '--train_epochs 25'],
  ['tr', ['tr', 'epochs=3'], [['epochs', 3n]], '--train_epochs 3'],
  ['ar', ['ar', 'epochs=3'], [['epochs', 3n]], '--train-epochs 3'],
  ['own', ['own'], [['epochs', 25n]], '--train-epochs 25'],
  [
    'other',
    ['other'],
    [
      ['epochs', 2n],
      ['train-epochs', 25n],
    ],
    '--passes 2 --train-epochs 25',
  ],
])(
  "a flag with an arg-name stands for the script's flag of that name: %s",
  async (_, words, flags, passed) => {
    const plan = await planned(RENAMED, words);
    expect([...plan.flags]).toEqual(flags);
    expect(commandText(plan, { python: 'python', wrapper: 'wrapper' })).toMatch(new RegExp(`${passed}$`));
  },
  PYTHON_TEST_TIMEOUT_MS,
);

test('the type of the flag that it stands for holds', async () => {
  await expect(planned(RENAMED, ['ar', 'epochs=x'])).rejects.toMatchObject({ code: 'bad-flag-value' });
});

test("a flag's name and its alias are not both given, unless they are forced", async () => {
  const files = { 'guild.yml': 'op: {exec: "x ${flag_args}", flags: {n: {default: 1, alias: m}}}\n' };
  expect((await planned(files, ['op', 'm=2'])).flags.get('n')).toBe(2n);
  await expect(planned(files, ['op', 'n=1', 'm=2'])).rejects.toMatchObject({
    message: "flag 'n' and its alias 'm' cannot both be given",
  });
  const forced = await planned(files, ['op', 'n=1', 'm=2'], { forceFlags: true });
  expect(commandText(forced, { python: 'python', wrapper: 'wrapper' })).toBe('x --m 2 --n 1');
});

const FOLDERS = {
  'guild.yml': [
    'dot: {main: train, requires: [{file: ., select: top.csv}]}',
    'sub: {main: lib/train2, requires: [{file: lib, select: ".*[.]txt"}]}',
    'all: {main: train, requires: [{file: lib}]}',
    'moved: {exec: x, requires: [{file: top.csv, rename: top.csv a.csv, target-type: link}]}',
  ].join('\n'),
  'train.py': '',
  'top.csv': '',
  'lib/train2.py': '',
  'lib/a.txt': '',
};

test.each([
  ['dot', ['top.csv']],
  ['sub', ['lib/a.txt']],
  ['all', ['lib/a.txt', 'lib/train2.py']],
  ['moved', ['top.csv']],
])('only what a dependency gives is not source: %s', async (operation, given) => {
  const { source } = await planned(FOLDERS, [operation]);
  expect(new Set(source?.exclude)).toEqual(new Set(given));
});

test('a link to a file is laid under its new name', async () => {
  expect((await planned(FOLDERS, ['moved'])).dependencies).toMatchObject([
    { how: 'link', files: [{ at: 'a.csv' }] },
  ]);
});

test.each([
  [[], 'a: 1\nmax_steps: 10\nnet:\n  depth: 3\n'],
  [['max_steps=5', 'deep=7'], 'a: 1\nmax_steps: 5\nnet:\n  depth: 7\n'],
])('flags that a configuration file lacks are added to it: %j', async (words, text) => {
  const files = {
    'guild.yml': [
      't:',
      '  main: t',
      '  flags-dest: config:c.yml',
      '  flags-import: all',
      '  flags: {max_steps: 10, deep: {default: 3, arg-name: net.depth}, unset: null, here: {default: 1, arg-skip: yes}}',
    ].join('\n'),
    't.py': '',
    'c.yml': 'a: 1\n',
  };
  expect(renderedFiles(await planned(files, ['t', ...words]))).toEqual([{ at: 'c.yml', text }]);
});

test('keys of a sourcecode that mean nothing are warned about with their place, when the project is read', async () => {
  const files = {
    'guild.yml':
      'a:\n  exec: x\n  sourcecode:\n    select:\n      - exclude: {dir: [old], file: ["*.log"]}\n    exclude: [x]\n',
  };
  expect((await planned(files, ['a'])).warnings).toEqual([
    expect.stringMatching(/guild\.yml:6:5: unknown key 'exclude' in the sourcecode of operation 'a'/),
    expect.stringMatching(/guild\.yml:5:31: unknown key 'file' in the sourcecode of operation 'a'/),
  ]);
});

test.each([['yes'], ['no']])(
  'a module of a package below a folder can be run, flags-import: %s',
  async (imports) => {
    const files = {
      'guild.yml': `a: {main: lib/pkg.mod, flags-import: ${imports}}\n`,
      'lib/pkg/__init__.py': '',
      'lib/pkg/mod.py': 'lr = 1\n',
    };
    const command = commandText(await planned(files, ['a']), { python: 'python', wrapper: 'wrapper' });
    expect(command).toBe(`python -u wrapper/op_main.py lib/pkg.mod --${imports === 'yes' ? ' --lr 1' : ''}`);
  },
  PYTHON_TEST_TIMEOUT_MS,
);

test('help has dependencies and resources', async () => {
  using here = project({
    'guild.yml': [
      '- model: m',
      '  operations: {train: {exec: x, requires: [data, {file: d.csv}]}}',
      '  resources: {data: {description: My data set, sources: [{file: d.csv}]}}',
    ].join('\n'),
  });
  expect(await operationHelpText('train', here.world)).toContain(
    'Dependencies:\n  data        My data set\n  file:d.csv\n',
  );
  expect(modelHelpText('train', here.world)).toContain('Resources:\n  data  My data set\n');
});
