import { expect, test, vi } from 'vitest';
import { UserError } from '#protocol';
import { planRun, requestOf, toRunSpec } from '../index.ts';
import { project, PYTHON_TEST_TIMEOUT_MS } from '../testing.ts';

vi.setConfig({ testTimeout: PYTHON_TEST_TIMEOUT_MS });

const ID = '0123456789abcdef0123456789abcdef';

async function command(files: Readonly<Record<string, string>>, words: readonly string[]): Promise<string[]> {
  using here = project(files);
  const plan = await planRun(requestOf(words), here.world);
  return toRunSpec(plan, { id: ID, tree: null, host: { kind: 'remote' } }).command;
}

async function failure(files: Readonly<Record<string, string>>, words: readonly string[]): Promise<string> {
  using here = project(files);
  const error: unknown = await planRun(requestOf(words), here.world).catch((thrown: unknown) => thrown);
  if (!(error instanceof UserError)) throw error;
  return error.message.replaceAll(`${here.dir}/`, '');
}

const ARGS =
  'import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", type=float, default=0.1)\np.add_argument("--n", default=1, type=int)\np.parse_args()\n';

test('an operation takes from its script only the flags that it also defines', async () => {
  const files = { 'guild.yml': 'train:\n  flags:\n    lr: 0.5\n', 'train.py': ARGS };
  expect(await command(files, ['train'])).toEqual(['${python_exe}', '-u', 'train.py', '--lr', '0.5']);
});

test('flags-import: all takes every flag, and flags-import-skip leaves some', async () => {
  const files = { 'guild.yml': 'train:\n  flags-import: all\n  flags-import-skip: [n]\n', 'train.py': ARGS };
  expect(await command(files, ['train', 'lr=2'])).toEqual(['${python_exe}', '-u', 'train.py', '--lr', '2.0']);
});

test('main may have words of its own, a module of a package, and names with dashes', async () => {
  expect(await command({ 'guild.yml': 'a: pkg.train fit --x 1\n', 'pkg/train.py': '' }, ['a'])).toEqual([
    '${python_exe}',
    '-u',
    '-m',
    'pkg.train',
    'fit',
    '--x',
    '1',
  ]);
  expect(await command({ 'guild.yml': 'my-op: {}\n', 'my_op.py': ARGS }, ['my-op'])).toEqual([
    '${python_exe}',
    '-u',
    'my_op.py',
  ]);
});

test('exec names flags, and says where all of them go', async () => {
  const yml =
    'go:\n  exec: ./go.sh ${mode} -- ${flag_args}\n  flags:\n    mode: {default: a b, arg-skip: yes}\n    n: 3\n';
  expect(await command({ 'guild.yml': yml }, ['go'])).toEqual(['./go.sh', 'a b', '--', '--n', '3']);
});

test('a command names the project and the interpreter, alone or within a word', async () => {
  const yml =
    "go:\n  exec: sh -c 'cd ${project_dir} && ${python_exe} x.py ${n}' ${guild_python_exe}\n  flags: {n: 3}\n";
  using here = project({ 'guild.yml': yml });
  const plan = await planRun(requestOf(['go']), here.world);
  const { command: words, python } = toRunSpec(plan, { id: ID, tree: null, host: { kind: 'remote' } });
  expect(words).toEqual(['sh', '-c', `cd ${here.dir} && \${python_exe} x.py 3`, '${python_exe}']);
  expect(python).not.toBeNull();
});

test('globals go through the wrapper', async () => {
  const files = { 'guild.yml': 'train:\n  flags-import: all\n', 'train.py': 'lr = 0.1\nname = "x"\n' };
  expect(await command(files, ['train', 'name=1e3'])).toEqual([
    '${python_exe}',
    '-u',
    '${sortie_python}/op_main.py',
    'train',
    '--',
    '--lr',
    '0.1',
    '--name',
    "'1e3'",
  ]);
});

test("a program's list keeps the kinds of its items", async () => {
  const files = {
    'guild.yml': 'train:\n  flags-import: all\n',
    'train.py': 'sizes = [1, 2.5, "a b", True]\n',
  };
  expect((await command(files, ['train'])).slice(-2)).toEqual(['--sizes', '[1, 2.5, a b, yes]']);
  expect((await command(files, ['train', 'sizes=3 4'])).slice(-1)).toEqual(['[3, 4]']);
});

test('extends, params, $include and operation-defaults come together', async () => {
  const yml = `
- config: common
  params: {script: train}
  flags: {lr: 0.1, n: 1}
- config: base
  operations:
    train:
      main: '{{ script }}'
      flags: {$include: 'common#lr', n: '{{ count }}'}
- model: net
  extends: base
  params: {script: run, count: 5}
  operation-defaults: {label: 'L'}
`;
  const files = { 'guild.yml': yml, 'run.py': 'import argparse\n' };
  expect(await command(files, ['net:train'])).toEqual([
    '${python_exe}',
    '-u',
    'run.py',
    '--lr',
    '0.1',
    '--n',
    '5',
  ]);
});

test('the default model and operation are found, private ones left out', async () => {
  const yml =
    '- model: a\n  operations: {x: {exec: ax}}\n- model: b\n  default: yes\n  operations: {_p: {exec: p}, y: {exec: by}}\n';
  expect(await command({ 'guild.yml': yml }, [])).toEqual(['by']);
  expect(await command({ 'guild.yml': yml }, ['a:x'])).toEqual(['ax']);
});

test('an operation named like a file wins over it, and ./ forces the file', async () => {
  const files = { 'guild.yml': 'train.py:\n  exec: other\n', 'train.py': ARGS };
  expect(await command(files, ['train.py'])).toEqual(['other']);
  expect(await command(files, ['./train.py', 'n=2'])).toContain('train.py');
});

test.each([
  ['a:\n  main: x\n b: 1\n', 'guild.yml:3:1: '],
  ['- model: a\n  extends: nobody\n', "guild.yml:2:3: cannot find 'nobody' to extend"],
  ['- foo: a\n', 'guild.yml:1:3: expected one of model, config, package, include in item 1'],
  ['a:\n  flags-dest: nowhere\n', "guild.yml:2:3: invalid flags-dest 'nowhere'"],
  ['a:\n  flags:\n    $include: nope\n', "guild.yml:3:5: invalid include reference 'nope'"],
])('a broken file is one error with its place: %j', async (yml, expected) => {
  expect(await failure({ 'guild.yml': yml }, ['a'])).toContain(expected);
});

test('an unknown key is a warning with its line and the key that may have been meant', async () => {
  using here = project({ 'guild.yml': 'a:\n  exec: x\n  flgas: {n: 1}\n' });
  const { warnings } = await planRun(requestOf(['a']), here.world);
  expect(warnings).toEqual([
    `${here.dir}/guild.yml:3:3: unknown key 'flgas' in operation 'a' (did you mean flags?)`,
  ]);
});

test('so is one of what an operation requires, in place or by the name of a resource', async () => {
  const guildfile = [
    '- model: m',
    '  operations:',
    '    a:',
    '      exec: x',
    '      requires: [{file: d.txt, selekt: y}, data]',
    '  resources:',
    '    data: {sources: [{file: d.txt, renaem: z}], target-path: data}',
  ].join('\n');
  using here = project({ 'guild.yml': guildfile, 'd.txt': '' });
  const { warnings } = await planRun(requestOf(['m:a']), here.world);
  expect(warnings).toEqual([
    `${here.dir}/guild.yml:5:32: unknown key 'selekt' in what operation 'a' requires (did you mean select?)`,
    `${here.dir}/guild.yml:7:36: unknown key 'renaem' in what operation 'a' requires (did you mean rename?)`,
  ]);
});

test('what cannot be found is named with what is near', async () => {
  const files = { 'guild.yml': 'train: {exec: x}\n', 'prepare.py': '' };
  expect(await failure(files, ['trian'])).toBe(
    "operation 'trian' is not defined for this project (did you mean train?)",
  );
  expect(await failure({ 'train.py': '' }, ['trian.py'])).toBe(
    'cannot find operation trian.py (did you mean train.py?)',
  );
  const two = '- model: net\n  operations: {fit: {exec: x}}\n- model: b\n  operations: {y: {exec: y}}\n';
  expect(await failure({ 'guild.yml': two }, ['fit'])).toBe(
    "operation 'fit' is not defined for this project (did you mean net:fit?)",
  );
  expect(await failure({ 'guild.yml': 'a: {exec: x}\nb: {exec: y}\n' }, [])).toBe(
    'cannot find a default operation',
  );
});

test.each(['train', '', 'train.py', './train'])('%j, which is not there, is bad usage: 2', async (opspec) => {
  const exitCode = 2;
  for (const files of [{}, { 'guild.yml': 'a: {exec: x}\nb: {exec: y}\n' }]) {
    using here = project(files);
    await expect(planRun(requestOf(opspec === '' ? [] : [opspec]), here.world)).rejects.toMatchObject({
      exitCode,
    });
  }
});

test('choices, ranges, required flags and types are checked', async () => {
  const yml = `
a:
  exec: x \${flag_args}
  flags:
    opt: {choices: [{value: sgd, alias: s}, adam], default: adam}
    n: {type: int, min: 1, max: 10, default: 2}
    path: {required: yes}
    on: {type: boolean, default: no}
`;
  const files = { 'guild.yml': yml };
  expect(await command(files, ['a', 'opt=s', 'path=p', 'on=off'])).toEqual([
    'x',
    '--n',
    '2',
    '--on',
    '',
    '--opt',
    'sgd',
    '--path',
    'p',
  ]);
  expect(await failure(files, ['a', 'path=p', 'opt=x'])).toBe("unsupported value for 'opt': x");
  expect(await failure(files, ['a', 'path=p', 'n=11'])).toBe(
    'invalid value 11 for n: out of range (greater than max 10)',
  );
  expect(await failure(files, ['a', 'path=p', 'n=[1,0]'])).toBe(
    'invalid value 0 for n: out of range (less than min 1)',
  );
  expect(await failure(files, ['a', 'path=p', 'n=1.5'])).toBe(
    "invalid value 1.5 for n: invalid value for type 'int'",
  );
  expect(await failure(files, ['a', 'path=p', 'on=maybe'])).toContain("invalid value for type 'boolean'");
  expect(await failure(files, ['a'])).toContain('requires the following missing flags');
});

test.each([
  ['queue', 'each host queues its runs', '--stage-trials'],
  ['dask:scheduler', 'each host queues its runs', '--no-wait'],
  ['random', 'generates trials of another operation', '--optimizer random'],
  ['dvc.yaml:prepare', 'stages of DVC are not run here', 'dvc repro prepare'],
  ['fit.R', 'must be an executable file', 'Rscript fit.R ${flag_args}'],
])('%s, which Guild brings along, is refused with what takes its place', async (name, message, hint) => {
  for (const files of [{}, { 'guild.yml': 'a: {exec: x}\n' }]) {
    using here = project({ ...files, 'fit.R': '' });
    await expect(planRun(requestOf([name]), here.world)).rejects.toMatchObject({
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  }
  expect(await command({ 'guild.yml': 'queue: {exec: own}\n' }, ['queue'])).toEqual(['own']);
});

test('a notebook that is not there is refused when it is to be run, and keeps nothing else from running', async () => {
  const files = { 'guild.yml': 'nb:\n  notebook: fit.ipynb\na: {exec: x}\n' };
  expect(await command(files, ['a'])).toEqual(['x']);
  expect(await failure(files, ['nb'])).toBe("cannot find notebook 'fit.ipynb'");
});

test('what says nothing of a run is passed over, and what cannot be is a warning with its line, where the operation that has it is run', async () => {
  const yml = [
    'a:',
    '  exec: x',
    '  publish: {files: all}',
    '  flag-encoder: m:f',
    '  output-attrs: [{model: "model: (.*)"}]',
    '  run-attrs: {id: 3, foo: 1}',
    'b: {exec: y}',
    '',
  ].join('\n');
  using here = project({ 'guild.yml': yml });
  const { warnings, runAttrs, outputAttrs } = await planRun(requestOf(['a']), here.world);
  expect(warnings.map((warning) => warning.replace(`${here.dir}/`, ''))).toEqual([
    "guild.yml:6:15: 'id' in run-attrs is an attribute of every run - ignoring it",
  ]);
  expect(runAttrs).toEqual({ foo: 1n });
  expect(outputAttrs).toEqual([{ key: 'model', pattern: 'model: (.*)' }]);
  expect((await planRun(requestOf(['b']), here.world)).warnings).toEqual([]);
});

test("Guild's module that does nothing needs no Guild", async () => {
  expect(await command({ 'guild.yml': 'a: {main: guild.pass, flags: {x: 1}}\n' }, ['a'])).toEqual(['true']);
});

test('a project file whose anchors stand for too much is an error, not a hang', async () => {
  const levels = Array.from(
    { length: 30 },
    (_, level) =>
      `a${level + 1}: &a${level + 1} [${Array.from({ length: 9 }, () => `*a${level}`).join(', ')}]`,
  );
  const bomb = `train:\n  flags: {}\na0: &a0 [x]\n${levels.join('\n')}\n`;
  expect(await failure({ 'guild.yml': bomb, 'train.py': '' }, ['train'])).toContain(
    'its anchors stand for more than 1000000 values',
  );
});

test('names of flags to import are a list', async () => {
  const files = { 'guild.yml': 'a: {main: t, flags-import: lr}\n', 't.py': 'lr = 1\n' };
  expect(await failure(files, ['a'])).toContain("invalid flags-import 'lr': write a list, as [lr], or all");
});
