import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadYaml, type Value } from '#protocol';
import { Lab } from './support/lab.ts';

const PROJECT = [
  'tune:',
  '  exec: cat conf.yml',
  '  requires:',
  '    - config: conf.yml',
  '  flags: {lr: 0.1}',
  'prepare:',
  '  exec: sh -c "mkdir -p out; echo made > out/data.txt"',
  'train:',
  '  exec: cat in/data.txt',
  '  requires:',
  '    - {operation: prepare, rename: "^out in"}',
  '',
].join('\n');

function depsOf(home: string, id: string): Value {
  return loadYaml(readFileSync(join(home, 'runs', id, '.guild/attrs/deps'), 'utf8'));
}

function ids(home: string): string[] {
  return readdirSync(join(home, 'runs'));
}

test('a configuration file has the flags of its run in it, in each trial of a batch and on a host too', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('guild.yml', PROJECT);
  lab.put('conf.yml', 'lr: 1\nname: a\n');
  expect(await lab.sortie(['run', 'tune', '-y'])).toMatchObject({ code: 0, stdout: 'lr: 0.1\nname: a\n' });
  const batch = await lab.sortie(['run', 'tune', 'lr=[0.2,0.3]', '-y', '-r', 'gpu-box']);
  expect(batch.code).toBe(0);
  const outputs = ids(lab.sortieHome).map((id) =>
    readFileSync(join(lab.sortieHome, 'runs', id, '.guild/output'), 'utf8'),
  );
  for (const lr of ['0.1', '0.2', '0.3']) expect(outputs).toContain(`lr: ${lr}\nname: a\n`);
});

test("a run's files go with it: linked where the run is, sent from here else, refused where they are elsewhere", async () => {
  await using lab = new Lab();
  await lab.host('one');
  await lab.host('two');
  lab.put('guild.yml', PROJECT);
  expect(await lab.sortie(['run', 'prepare', '-y'])).toMatchObject({ code: 0 });
  const [prepared] = ids(lab.sortieHome);
  const id = '1'.repeat(32);
  const here = await lab.sortie(['run', 'train', '-y', '--run-id', id]);
  expect(here).toMatchObject({ code: 0, stdout: 'made\n' });
  expect(here.stderr).toContain(`Resolving operation:prepare\nUsing run ${prepared} for operation:prepare\n`);
  expect(depsOf(lab.sortieHome, id)).toMatchObject({
    'operation:prepare': { 'operation:prepare': { paths: ['in'], config: prepared } },
  });
  const other = '2'.repeat(32);
  const sent = await lab.sortie(['run', 'train', '-y', '-q', '-r', 'one', '--run-id', other]);
  expect(sent).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
  expect(depsOf(lab.sortieHome, other)).toMatchObject({
    'operation:prepare': { 'operation:prepare': { paths: ['in/data.txt'], config: prepared } },
  });

  expect(await lab.sortie(['run', 'prepare', '-y', '-r', 'one'])).toMatchObject({ code: 0 });
  expect(await lab.sortie(['run', 'train', '-y', '-r', 'one'])).toMatchObject({ stdout: 'made\n' });
  const elsewhere = await lab.sortie(['run', 'train', '-y', '-r', 'two']);
  expect(elsewhere.code).not.toBe(0);
  expect(elsewhere.stderr).toMatch(/is on one, and two doesn't have its files\n.*sortie pull/);
});

test('a restart and a batch record what they require as they found it', async () => {
  await using lab = new Lab();
  lab.put('guild.yml', PROJECT);
  await lab.sortie(['run', 'prepare', '-y']);
  const [prepared] = ids(lab.sortieHome);
  const [id, batch] = ['1'.repeat(32), '2'.repeat(32)];
  await lab.sortie(['run', 'train', '-y', '--run-id', id]);
  const before = depsOf(lab.sortieHome, id);
  expect(await lab.sortie(['run', '--restart', id, '-y'])).toMatchObject({ code: 0 });
  expect(depsOf(lab.sortieHome, id)).toEqual(before);
  lab.put('conf.yml', 'lr: 1\n');
  await lab.sortie(['run', 'tune', 'lr=[1,2]', '-y', '--keep-batch', '--run-id', batch]);
  expect(depsOf(lab.sortieHome, batch)).toEqual({});
  expect(prepared).toBeDefined();
});

test('what is staged waits for the runs that it requires, and finds them when it is started', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('guild.yml', PROJECT);
  const [here, there] = ['1'.repeat(32), '2'.repeat(32)];
  const staged = await lab.sortie(['run', 'train', '-y', '--stage', '--run-id', here]);
  expect(staged.code).toBe(0);
  expect(staged.stderr).toContain(
    "WARNING: cannot find a suitable run for required resource 'operation:prepare'",
  );
  await lab.sortie(['run', 'train', '-y', '--stage', '--run-id', there, '-r', 'gpu-box']);
  const early = await lab.sortie(['run', '--start', here, '-y']);
  expect(early.code).toBe(1);
  expect(early.stderr).toContain('no suitable run for prepare');

  await lab.sortie(['run', 'prepare', '-y']);
  const prepared = ids(lab.sortieHome).find((id) => id !== here && id !== there);
  expect(await lab.sortie(['run', '--start', here, '-y'])).toMatchObject({ code: 0, stdout: 'made\n' });
  expect(depsOf(lab.sortieHome, here)).toMatchObject({
    'operation:prepare': { 'operation:prepare': { paths: ['in'], config: prepared } },
  });
  const flags = readFileSync(join(lab.sortieHome, 'runs', here, '.guild/attrs/flags'), 'utf8');
  expect(flags).toBe(`operation:prepare: ${prepared}\n`);
  expect(await lab.sortie(['run', '--start', there, '-y', '-r', 'gpu-box'])).toMatchObject({
    code: 0,
    stdout: 'made\n',
  });
});

test("an operation's model and project have the runs that it requires before others of the same name", async () => {
  await using lab = new Lab();
  const of = (model: string) =>
    `- model: ${model}\n  operations:\n    prepare: {exec: sh -c "echo ${model} > out.txt"}\n    train: {exec: cat out.txt, requires: [{operation: prepare}]}\n`;
  lab.put('one/guild.yml', of('a') + of('b'));
  lab.put('two/guild.yml', 'prepare: {exec: sh -c "echo two > out.txt"}\n');
  const run = (project: string, operation: string) =>
    lab.sortie(['run', operation, '-y', '-q'], { cwd: join(lab.laptop, project) });
  const trained = async () => {
    const { stdout } = await lab.sortie(['run', 'a:train', '-y'], { cwd: join(lab.laptop, 'one') });
    return stdout;
  };
  await run('two', 'prepare');
  expect(await trained()).toBe('two\n');
  await run('one', 'b:prepare');
  await run('two', 'prepare');
  expect(await trained()).toBe('b\n');
  await run('one', 'a:prepare');
  await run('one', 'b:prepare');
  expect(await trained()).toBe('a\n');
});

test('a folder that another run made is linked, or copied where it may be written to, here and on a host', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put(
    'guild.yml',
    [
      'up: {exec: sh -c "mkdir models; echo one > models/m.txt"}',
      'linked: {exec: cat in/m.txt, requires: [{operation: up, select: models, rename: models in}]}',
      'copied: {exec: sh -c "echo two >> models/m.txt; cat models/m.txt", requires: [{operation: up, select: models, target-type: copy}]}',
      'flags: {exec: cat flags, requires: [{operation: up, select: .guild/attrs/flags}]}',
      '',
    ].join('\n'),
  );
  await lab.sortie(['run', 'up', '-y']);
  for (const place of [[], ['-r', 'gpu-box']]) {
    const run = (operation: string) => lab.sortie(['run', operation, '-y', ...place]);
    expect(await run('linked')).toMatchObject({ code: 0, stdout: 'one\n' });
    expect(await run('copied')).toMatchObject({ code: 0, stdout: 'one\ntwo\n' });
    expect(await run('flags')).toMatchObject({ code: 0, stdout: '{}\n' });
  }
});
