import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
  expect(await lab.sortie(['run', 'train', '-y'])).toMatchObject({ code: 0, stdout: 'made\n' });
  const sent = await lab.sortie(['run', 'train', '-y', '-r', 'one']);
  expect(sent).toMatchObject({ code: 0, stdout: 'made\n' });

  expect(await lab.sortie(['run', 'prepare', '-y', '-r', 'one'])).toMatchObject({ code: 0 });
  expect(await lab.sortie(['run', 'train', '-y', '-r', 'one'])).toMatchObject({ stdout: 'made\n' });
  const elsewhere = await lab.sortie(['run', 'train', '-y', '-r', 'two']);
  expect(elsewhere.code).not.toBe(0);
  expect(elsewhere.stderr).toMatch(/is on one, and two doesn't have its files\n.*sortie pull/);
});
