import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plan, requestOf, toRunSpec, type FoundRun, type RunOptions } from '../index.ts';
import { project } from '../testing.ts';

const ID = '0123456789abcdef0123456789abcdef';
const NEXT = 'fedcba9876543210fedcba9876543210';
const YML = `
train:
  exec: 'train \${flag_args}'
  label: 'lr \${lr}'
  flags:
    lr: 0.1
    fast: {default: no, arg-switch: yes}
    words: {default: a b, arg-split: shlex}
    on: {default: yes, arg-encoding: {yes: 'true', no: 'false'}}
  output-scalars: {loss: 'loss (\\value)'}
other: {exec: 'other \${flag_args}', flags: {lr: 9}}
`;

/** A run as a first plan made it, and what a second request makes of it. */
async function again(words: readonly string[], options: RunOptions, given: RunOptions = {}) {
  let run: FoundRun | null = null;
  using here = project({ 'guild.yml': YML }, { findRun: () => Promise.resolve(run) });
  const first = toRunSpec(await plan(requestOf(['train', 'fast=yes', 'lr=1e-05'], given), here.world), {
    id: ID,
    tree: null,
    host: { kind: 'remote' },
  });
  run = {
    id: ID,
    opref: first.opref,
    attrs: { ...first.attrs, sourcecode_digest: 'abc\n' },
    host: 'local',
    dir: '/runs',
  };
  const second = await plan(requestOf(words, options), here.world);
  return { first, plan: second, spec: toRunSpec(second, { id: NEXT, tree: null, host: { kind: 'remote' } }) };
}

test('a restart has the command, flags and label of its run', async () => {
  const { first, spec, plan: restarted } = await again([], { restart: ID });
  expect(spec.command).toEqual(['train', '--fast', '--lr', '1e-05', '--on', 'true', '--words', 'a', 'b']);
  expect(spec.command).toEqual(first.command);
  expect(spec.attrs['flags']).toBe(first.attrs['flags']);
  expect(spec.attrs['label']).toBe(first.attrs['label']);
  expect(spec.attrs['op']).toBe(first.attrs['op']);
  expect(spec.outputScalars).toEqual(first.outputScalars);
  expect(restarted).toMatchObject({ kind: 'restart', from: ID, source: null });
});

test('a restart keeps the devices and the project of its run; other devices may be asked for', async () => {
  const { first, spec } = await again([], { restart: ID }, { gpus: '0,1' });
  expect(spec.gpus).toEqual({ kind: 'all', devices: ['0', '1'] });
  expect(spec.gpus).toEqual(first.gpus);
  expect(spec.attrs['op']).toBe(first.attrs['op']);
  expect(spec.attrs['op']).toContain('CUDA_VISIBLE_DEVICES: 0,1\n');
  expect(spec.environment.variables).toMatchObject({ CUDA_VISIBLE_DEVICES: '0,1' });
  const hidden = await again([], { restart: ID, noGpus: true }, { gpus: '0,1' });
  expect(hidden.spec.gpus).toEqual({ kind: 'none' });
  expect(hidden.spec.environment.variables).toMatchObject({ CUDA_VISIBLE_DEVICES: '' });
  expect(hidden.plan.variables).toMatchObject({
    PROJECT_DIR: hidden.plan.projectDir,
    CMD_DIR: hidden.plan.cwd,
  });
});

test('a restart looks for modules where its run did', async () => {
  let run: FoundRun | null = null;
  using here = project(
    { 'guild.yml': 'm: {main: m, python-path: lib}\n', 'm.py': '' },
    { findRun: () => Promise.resolve(run) },
  );
  const spec = async (options: RunOptions, words: string[] = []) =>
    toRunSpec(await plan(requestOf(words, options), here.world), {
      id: ID,
      tree: null,
      host: { kind: 'remote' },
    });
  const first = await spec({}, ['m']);
  run = { id: ID, opref: first.opref, attrs: first.attrs, host: 'local', dir: '/runs' };
  const second = await spec({ restart: ID });
  expect(second.environment.variables).toMatchObject({ PYTHONPATH: '.:lib', GUILD_SOURCECODE: '.:lib' });
});

test('a restart keeps the label that its run was given, and a new one is kept from then on', async () => {
  const { spec } = await again([], { restart: ID }, { label: 'best of ${lr}' });
  expect(spec.attrs['label']).toBe('best of 1.0e-05\n');
  const renamed = await again([], { restart: ID, label: 'now ${lr}' }, { label: 'best' });
  expect(renamed.spec.attrs['label']).toBe('now 1.0e-05\n');
  expect(renamed.spec.attrs['op']).toContain('label-template: now ${lr}\n');
});

test('a restart refuses other flags, and points to --proto', async () => {
  const words = { flagArgs: ['lr=1'] };
  await expect(again(words.flagArgs, { restart: ID })).rejects.toMatchObject({ code: 'restart-changes' });
});

test('a prototype gives operation, flags and source; flags may be redefined', async () => {
  const { spec, plan: made } = await again(['lr=2'], { proto: ID });
  expect(spec.command).toEqual(['train', '--fast', '--lr', '2', '--on', 'true', '--words', 'a', 'b']);
  expect(spec.attrs['user_flags']).toBe('lr: 2\n');
  expect(spec.attrs['sourcecode_digest']).toBe('abc\n');
  expect(made).toMatchObject({ kind: 'proto', from: ID, source: null });
  expect(made.variables['FLAGS_DEST']).toBeUndefined();
  await expect(again(['rl=2'], { proto: ID })).rejects.toMatchObject({ code: 'unknown-flag' });
});

test('flags typed for a prototype are read and checked as its operation defines them; the others keep their values', async () => {
  const yml =
    'train:\n  exec: x ${flag_args}\n  flags: {name: {type: string}, n: {type: int, min: 0}, m: 1}\n';
  let run: FoundRun | null = null;
  using here = project({ 'guild.yml': yml }, { findRun: () => Promise.resolve(run) });
  const spec = async (words: string[], options: RunOptions = {}) =>
    toRunSpec(await plan(requestOf(words, options), here.world), {
      id: ID,
      tree: null,
      host: { kind: 'remote' },
    });
  const first = await spec(['train', 'name=a', 'n=1']);
  run = { id: ID, opref: first.opref, attrs: first.attrs, host: 'local', dir: '/runs' };
  writeFileSync(join(here.dir, 'guild.yml'), yml.replace('m: 1', 'm: 2, new: {type: string}'));
  const second = await spec([], { proto: ID });
  expect(second.command).toEqual(first.command);
  const other = await plan(requestOf(['name=1e3', 'new=007'], { proto: ID }), here.world);
  expect(Object.fromEntries(other.flags)).toEqual({ name: '1e3', n: 1n, m: 1n, new: '007' });
  await expect(spec(['n=-1'], { proto: ID })).rejects.toThrow('out of range');
  writeFileSync(join(here.dir, 'guild.yml'), 'gone: {exec: x}\n');
  expect((await plan(requestOf(['name=1e3'], { proto: ID }), here.world)).flags.get('name')).toBe(1000);
});

test('encodings are recorded as Guild records them, and read as it wrote them', async () => {
  const { first } = await again([], { restart: ID });
  expect(first.attrs['op']).toContain("      arg-encoding:\n        false: 'false'\n        true: 'true'\n");
});

test('lists on a prototype make a batch', async () => {
  const { plan: made } = await again(['lr=[1,2]'], { proto: ID });
  expect(made.batch).toMatchObject({ operation: '+' });
});

test('another operation takes the flags of a prototype', async () => {
  const { plan: made, spec } = await again(['other'], { proto: ID });
  expect(made.flags.get('lr')).toBe(1e-5);
  expect(spec.command[0]).toBe('other');
});

test.each([
  ['fit -- __flag_args__', 'a script of guild.yml'],
  ['fit __flag_args__', 'a script run for itself'],
])('a run that Guild made by its own wrapper (%s) is started again by ours', async (words) => {
  const args = ['${python_exe}', '-um', 'guild.op_main', ...words.split(' ')].map((word) => `- ${word}\n`);
  const op = `op-cmd:\n  cmd-args:\n${args.map((line) => `  ${line}`).join('')}  flags-dest: globals\n`;
  const run: FoundRun = {
    id: ID,
    opref: "script:/work '' '' fit.py",
    attrs: { op, flags: 'lr: 0.1\n' },
    host: 'local',
    dir: '/runs',
  };
  using here = project({}, { findRun: () => Promise.resolve(run) });
  const second = await plan(requestOf([], { restart: ID }), here.world);
  const { command, environment } = toRunSpec(second, { id: ID, tree: null, host: { kind: 'remote' } });
  const wrapper = ['${python_exe}', '-u', '${sortie_python}/op_main.py'];
  expect(command).toEqual([...wrapper, 'fit', '--', '--lr', '0.1']);
  expect(environment.variables).toMatchObject({ FLAGS_DEST: 'globals', PYTHONPATH: '.' });
});

test('a notebook that Guild ran is run again, with its patterns', async () => {
  const args = [
    '${python_exe}',
    '-um',
    'guild.op_main',
    'guild.plugins.nbexec',
    'fit.ipynb',
    '--',
    '__flag_args__',
  ];
  const op = `op-cmd:\n  cmd-args:\n${args.map((word) => `  - ${word}\n`).join('')}flags-extra:\n  lr:\n    nb-replace: f\\((.*)\\)\n`;
  const run: FoundRun = {
    id: ID,
    opref: "script:/work '' '' fit.ipynb",
    attrs: { op, flags: 'lr: true\n' },
    host: 'local',
    dir: '/runs',
  };
  using here = project({}, { findRun: () => Promise.resolve(run) });
  const second = await plan(requestOf([], { restart: ID }), here.world);
  const { command } = toRunSpec(second, { id: ID, tree: null, host: { kind: 'remote' } });
  expect(command).toEqual([
    '${python_exe}',
    '-u',
    '${sortie_python}/op_notebook.py',
    'fit.ipynb',
    '--nb-replace=lr=f\\((.*)\\)',
    '--',
    '--lr',
    'true',
  ]);
});
