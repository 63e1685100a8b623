import { expect, test } from 'vitest';
import { UserError } from '#protocol';
import { planRun, renderedFiles, requestOf, toRunSpec, type FoundRun, type RunOptions } from '../index.ts';
import { project } from '../testing.ts';

const ID = '0123456789abcdef0123456789abcdef';
const PREPARED = 'fedcba9876543210fedcba9876543210';

function found(id: string): FoundRun {
  return { id, opref: '', attrs: {}, host: 'local', dir: '' };
}

const FILES = {
  'guild.yml': `
- model: net
  resources:
    data:
      target-path: data
      sources:
        - file: raw.csv
          rename: raw cooked
        - file: images
          select: '.*\\.png'
  operations:
    prepare: {exec: prep}
    train:
      exec: 'train \${flag_args}'
      requires:
        - data
        - operation: prepare
          name: prepared
    tune:
      exec: 'tune \${flag_args}'
      flags-dest: config:conf/params.yml
      flags-import: all
`,
  'raw.csv': '1',
  'images/a.png': '',
  'images/b.txt': '',
  'conf/params.yml': 'lr: 0.1\nnet:\n  layers: [1, 2]\n',
};

test('files are placed under their target, selected and renamed, and are no source', async () => {
  using here = project(FILES, { findRun: () => Promise.resolve(found(PREPARED)) });
  const plan = await planRun(requestOf(['train']), here.world);
  expect(plan.dependencies.slice(0, 2)).toMatchObject([
    {
      kind: 'files',
      resource: 'data',
      files: [{ path: `${here.dir}/raw.csv`, at: 'data/cooked.csv' }],
      how: 'copy',
    },
    { kind: 'files', files: [{ path: `${here.dir}/images/a.png`, at: 'data/a.png' }] },
  ]);
  expect(plan.source?.exclude).toEqual(['raw.csv', 'images/a.png']);
});

test('an operation dependency is a run of it, its id the value of a flag that the process does not get', async () => {
  const asked: unknown[] = [];
  using here = project(FILES, {
    findRun: (query) => {
      asked.push(query);
      return Promise.resolve(found(PREPARED));
    },
  });
  const plan = await planRun(requestOf(['train', 'prepared=fedc']), here.world);
  const from = { projectDir: here.dir, model: 'net' };
  expect(asked).toEqual([{ operations: ['prepare'], id: 'fedc', from }]);
  expect(plan.flags.get('prepared')).toBe(PREPARED);
  const spec = toRunSpec(plan, { id: ID, tree: null, host: { kind: 'remote' } });
  expect(spec.command).toEqual(['train']);
  expect(plan.dependencies).toContainEqual(
    expect.objectContaining({
      kind: 'operation',
      run: { id: PREPARED, host: 'local' },
      at: '.',
      chosen: { select: [] },
    }),
  );
});

test('without a run of it the plan warns, and the start is refused unless forced', async () => {
  using here = project(FILES);
  const plan = async (options: RunOptions) => planRun(requestOf(['train'], options), here.world);
  expect((await plan({})).warnings).toContain("cannot find a suitable run for required resource 'prepared'");
  const start = async (options: RunOptions) =>
    toRunSpec(await plan(options), { id: ID, tree: null, host: { kind: 'remote' } });
  await expect(start({})).rejects.toMatchObject({ code: 'dependency-not-met' });
  await expect(start({ forceDeps: true })).resolves.toMatchObject({ id: ID });
});

test('all trials of a batch have one source: a list for its flag is refused, rows that agree choose it', async () => {
  const yml = 'a: {exec: x, flags: {n: 1}, requires: [{file: one.csv, flag-name: data}]}\n';
  const files = {
    'guild.yml': yml,
    'one.csv': '1',
    'two.csv': '2',
    'same.csv': 'n,data\n1,two.csv\n2,two.csv\n',
    'differ.csv': 'n,data\n1,one.csv\n2,two.csv\n',
  };
  using here = project(files);
  const several = { code: 'several-sources' };
  await expect(planRun(requestOf(['a', 'data=[one.csv,two.csv]']), here.world)).rejects.toMatchObject(
    several,
  );
  await expect(planRun(requestOf(['a', '@differ.csv']), here.world)).rejects.toMatchObject(several);
  const { dependencies } = await planRun(requestOf(['a', '@same.csv']), here.world);
  expect(dependencies).toMatchObject([{ kind: 'files', files: [{ path: `${here.dir}/two.csv` }] }]);
});

test('a source may be made with flags and have a flag of its own', async () => {
  const yml = "a: {exec: x, flags: {split: one}, requires: [{file: '${split}.csv', flag-name: data}]}\n";
  using here = project({ 'guild.yml': yml, 'one.csv': '1', 'two.csv': '2' });
  for (const [words, path] of [
    [[], 'one.csv'],
    [['split=two'], 'two.csv'],
    [['data=two.csv'], 'two.csv'],
  ] as const) {
    const { dependencies } = await planRun(requestOf(['a', ...words]), here.world);
    expect(dependencies).toMatchObject([{ files: [{ path: `${here.dir}/${path}` }] }]);
  }
});

test('a file that is not there is an error that names it', async () => {
  using here = project({ 'guild.yml': 'a:\n  exec: x\n  requires:\n    - file: gone.csv\n' });
  const error: unknown = await planRun(requestOf(['a']), here.world).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toBe(
    "run failed because a dependency was not met: could not resolve 'file:gone.csv' in file:gone.csv resource: cannot find source file 'gone.csv'",
  );
  const forced = await planRun(requestOf(['a'], { forceDeps: true }), here.world);
  expect(forced.warnings).toEqual([
    "a dependency was not met: could not resolve 'file:gone.csv' in file:gone.csv resource: cannot find source file 'gone.csv'",
  ]);
});

test('the leaves of a configuration file are flags, and the run gets the file with them in it', async () => {
  using here = project(FILES);
  const plan = await planRun(requestOf(['tune', 'lr=0.5', 'net.layers=3 4']), here.world);
  expect([...plan.flags]).toEqual([
    ['lr', 0.5],
    ['net.layers', '3 4'],
  ]);
  const [file] = renderedFiles(plan);
  expect(file?.at).toBe('conf/params.yml');
  expect(file?.text.split(/\s+/).join(' ')).toBe('lr: 0.5 net: layers: - 3 - 4 ');
  expect(toRunSpec(plan, { id: ID, tree: null, host: { kind: 'remote' } }).command).toEqual(['tune']);
});

test.each([
  ['- url: http://127.0.0.1/x.csv', { kind: 'url', url: 'http://127.0.0.1/x.csv' }],
  ['- file: x.tar.gz', { kind: 'file' }],
])('what is fetched or unpacked is left for when the run is prepared: %s', async (source, from) => {
  using here = project({ 'guild.yml': `a:\n  exec: x\n  requires:\n    ${source}\n`, 'x.tar.gz': '' });
  const { dependencies } = await planRun(requestOf(['a']), here.world);
  expect(dependencies).toMatchObject([{ kind: 'resource', from, unpack: true }]);
});

test.each([['- url: ftp://127.0.0.1/x.csv', /'ftp:\/\/127.0.0.1\/x.csv' is not an http or https address/]])(
  'what cannot be had is refused before anything runs: %s',
  async (source, message) => {
    using here = project({ 'guild.yml': `a:\n  exec: x\n  requires:\n    ${source}\n` });
    await expect(planRun(requestOf(['a']), here.world)).rejects.toThrow(message);
  },
);

test('--dep links a path into the run directory', async () => {
  using here = project({ 'guild.yml': 'a: {exec: x}\n', 'big/data.bin': '1' });
  const plan = await planRun(requestOf(['a'], { dep: ['big/data.bin'] }), here.world);
  const spec = toRunSpec(plan, { id: ID, tree: null, host: { kind: 'local', env: {} } });
  expect(spec.inputs).toEqual([
    { kind: 'path', path: `${here.dir}/big/data.bin`, at: 'data.bin', how: 'link' },
  ]);
});

test('a file that is not what its sha256 says is refused', async () => {
  const source = (sum: string) => `a:\n  exec: x\n  requires:\n    - {file: data, sha256: ${sum}}\n`;
  const right = '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b';
  using good = project({ 'guild.yml': source(right), data: '1' });
  await expect(planRun(requestOf(['a']), good.world)).resolves.toMatchObject({ warnings: [] });
  using bad = project({ 'guild.yml': source(right), data: '2' });
  await expect(planRun(requestOf(['a']), bad.world)).rejects.toMatchObject({ code: 'dependency-not-met' });
});

test('flags are parts of the names of what is required', async () => {
  const yml = `a:
  exec: x
  flags: {split: a}
  requires:
    - {file: 'data-\${split}.txt', rename: 'data-\${split} got'}
`;
  using here = project({ 'guild.yml': yml, 'data-a.txt': '', 'data-b.txt': '' });
  const placed = async (...words: string[]) => {
    const { dependencies } = await planRun(requestOf(['a', ...words]), here.world);
    return dependencies.flatMap((dependency) => (dependency.kind === 'files' ? dependency.files : []));
  };
  expect(await placed()).toEqual([{ path: `${here.dir}/data-a.txt`, at: 'got.txt' }]);
  expect(await placed('split=b')).toEqual([{ path: `${here.dir}/data-b.txt`, at: 'got.txt' }]);
  await expect(placed('split=[a,b]')).rejects.toMatchObject({ code: 'bad-reference' });
});

test('select-max takes the file whose number is greatest; what is no expression is refused with its key', async () => {
  const yml = (select: string) => `a:\n  exec: x\n  requires:\n    - {file: models, ${select}}\n`;
  const files = { 'models/m-1.h5': '', 'models/m-12.h5': '', 'models/m-3.h5': '' };
  using here = project({ ...files, 'guild.yml': yml("select-max: 'm-([0-9]+).h5'") });
  const { dependencies } = await planRun(requestOf(['a']), here.world);
  expect(dependencies).toMatchObject([{ files: [{ at: 'm-12.h5' }] }]);
  using bad = project({ ...files, 'guild.yml': yml("select: '['") });
  await expect(planRun(requestOf(['a']), bad.world)).rejects.toThrow(
    "invalid select '[': no regular expression",
  );
});

test('a file that DVC keeps is taken as it was pulled, and one that was not, or a stage, is told of where it is required', async () => {
  const yml = [
    'a: {exec: x, requires: [{dvcfile: data.csv.dvc, target-path: in}]}',
    'b: {exec: x, requires: [{dvcfile: gone.csv}]}',
    'c: {exec: x, requires: [{dvcstage: prepare}]}',
    '',
  ].join('\n');
  using here = project({ 'guild.yml': yml, 'data.csv': '1', 'data.csv.dvc': 'outs: []' });
  const plan = await planRun(requestOf(['a']), here.world);
  expect(plan.dependencies).toMatchObject([
    {
      kind: 'files',
      uri: 'dvcfile:data.csv.dvc',
      files: [{ path: `${here.dir}/data.csv`, at: 'in/data.csv' }],
    },
  ]);
  expect(plan.source?.exclude).toEqual(['data.csv']);
  await expect(planRun(requestOf(['b']), here.world)).rejects.toMatchObject({
    message: expect.stringContaining("'gone.csv' is not in the project"),
    hint: expect.stringContaining('dvc pull gone.csv'),
  });
  await expect(planRun(requestOf(['c']), here.world)).rejects.toMatchObject({
    message: expect.stringContaining('stages of DVC are not run here'),
    hint: expect.stringContaining('dvc repro prepare'),
  });
  const forced = await planRun(requestOf(['c'], { forceDeps: true }), here.world);
  expect(forced.warnings).toEqual([expect.stringContaining('stages of DVC are not run here')]);
});

test('a source that stands alone is called by its name, and a configuration file may have another in the run', async () => {
  const yml = [
    'a: {exec: x, requires: [{config: c.yml.in, rename: c.yml params.yml, name: settings}]}',
    'b: {exec: x, requires: [{file: gone.txt, name: the-data}]}',
    '',
  ].join('\n');
  using here = project({ 'guild.yml': yml, 'c.yml.in': 'lr: 1\n' });
  const plan = await planRun(requestOf(['a']), here.world);
  expect(plan.dependencies).toMatchObject([{ kind: 'config', resource: 'settings', at: 'params.yml' }]);
  await expect(planRun(requestOf(['b']), here.world)).rejects.toThrow(
    "could not resolve 'file:gone.txt' in the-data resource: cannot find source file 'gone.txt'",
  );
});

test('a resource says for its sources whether archives are unpacked, unless they say it themselves', async () => {
  const yml = [
    'a:',
    '  exec: x',
    '  requires:',
    '    path: data',
    '    default-unpack: no',
    '    sources:',
    '      - url: http://h/one.zip',
    '      - {url: http://h/two.zip, unpack: yes}',
    '',
  ].join('\n');
  using here = project({ 'guild.yml': yml });
  const plan = await planRun(requestOf(['a']), here.world);
  expect(plan.dependencies).toMatchObject([
    { kind: 'resource', unpack: false, placing: { targetPath: 'data' } },
    { kind: 'resource', unpack: true },
  ]);
  expect(plan.warnings).toEqual([]);
});
