import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

const PROJECT = [
  'fit:',
  '  exec: sh -c "for step in 2 10 9; do echo weights $step > m-$step.h5; done"',
  'best:',
  '  exec: sh -c "ls; cat *.h5"',
  '  sourcecode: no',
  '  requires:',
  "    - {operation: fit, select-max: 'm-([0-9]+).h5'}",
  'packed:',
  '  exec: cat xz/in.txt bz2/in.txt',
  '  requires:',
  '    - {file: in.tar.xz, target-path: xz}',
  '    - {file: in.tbz2, target-path: bz2}',
  'upper:',
  '  exec: cat up.txt',
  '  requires:',
  "    - {file: raw, post-process: 'tr a-z A-Z <raw >up.txt; echo x >>times'}",
  '    - file: up.txt',
  'broken:',
  '  exec: cat raw',
  '  requires:',
  '    - {file: raw, post-process: exit 3}',
  'needs:',
  '  exec: echo went',
  '  flags: {n: 1}',
  '  requires:',
  '    - {module: json.decoder}',
  '    - {module: mine}',
  '    - {module: no_such_module, help: Install it with care.}',
  'has: {exec: echo went, requires: [{module: json.decoder}, {module: mine}]}',
  'may: {exec: echo went, requires: [{module: no_such_module, optional: yes}]}',
  '',
].join('\n');

test('of what another run made, the file with the greatest number is taken, here and on a host', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('guild.yml', PROJECT);
  const made = { code: 0, stdout: 'm-10.h5\nweights 10\n' };
  expect(await lab.sortie(['run', 'fit', '-y'])).toMatchObject({ code: 0 });
  expect(await lab.sortie(['run', 'best', '-y'])).toMatchObject(made);
  expect(await lab.sortie(['run', 'best', '-y', '-r', 'gpu-box'])).toMatchObject(made);
  expect(await lab.sortie(['run', 'fit', '-y', '-r', 'gpu-box'])).toMatchObject({ code: 0 });
  expect(await lab.sortie(['run', 'best', '-y', '-r', 'gpu-box'])).toMatchObject(made);
});

test('archives of xz and bzip2 are unpacked as others are, and a broken one is named', async () => {
  await using lab = new Lab();
  lab.put('in.txt', 'from an archive\n');
  lab.put('guild.yml', PROJECT);
  // Python makes them, as it does on machines that have no xz or bzip2.
  const pack =
    'import tarfile; [tarfile.open(*each).add("in.txt") for each in (("in.tar.xz", "w:xz"), ("in.tbz2", "w:bz2"))]';
  execFileSync('python3', ['-c', pack], { cwd: lab.laptop });
  const result = await lab.sortie(['run', 'packed', '-y']);
  expect(result).toMatchObject({ code: 0, stdout: 'from an archive\nfrom an archive\n' });
  lab.put('in.tar.xz', 'no archive');
  const broken = await lab.sortie(['run', 'packed', '-y']);
  expect(broken.code).toBe(1);
  expect(broken.stderr).toMatch(/cannot unpack '.*in.tar.xz': /);
});

test('a post-process runs before the files are taken, and again only when they change', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('guild.yml', PROJECT);
  lab.put('raw', 'words\n');
  lab.put('up.txt', '');
  const times = join(lab.laptop, 'times');
  const shouted = { code: 0, stdout: 'WORDS\n' };
  expect(await lab.sortie(['run', 'upper', '-y'])).toMatchObject(shouted);
  expect(await lab.sortie(['run', 'upper', '-y', '-r', 'gpu-box'])).toMatchObject(shouted);
  expect(readFileSync(times, 'utf8')).toBe('x\n');
  lab.put('raw', 'other words\n');
  expect(await lab.sortie(['run', 'upper', '-y'])).toMatchObject({ code: 0, stdout: 'OTHER WORDS\n' });
  expect(readFileSync(times, 'utf8')).toBe('x\nx\n');

  rmSync(join(lab.sortieHome, 'runs'), { recursive: true });
  const failed = await lab.sortie(['run', 'broken', '-y']);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("the post-process of 'file:raw' failed: 'exit 3'");
  expect((await lab.sortie(['runs', '--json'])).stdout).toBe('[]\n');
});

test('a module is looked for where the run will be, before anything runs', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  lab.put('guild.yml', PROJECT);
  lab.put('mine.py', 'raise SystemExit("it is not to be run")\n');
  const went = { code: 0, stdout: 'went\n' };
  for (const [where, name] of [
    [[], 'this machine'],
    [['-r', 'gpu-box'], 'gpu-box'],
  ] as const) {
    for (const words of [['needs'], ['needs', 'n=[1,2]']]) {
      const result = await lab.sortie(['run', ...words, '-y', ...where]);
      expect(result.stdout).not.toContain('went');
      expect(`${result.stdout}${result.stderr}`).toContain(
        `could not resolve 'module:no_such_module' in module:no_such_module resource: ${name} has no Python module 'no_such_module'`,
      );
      expect(`${result.stdout}${result.stderr}`).toContain('Install it with care.');
    }
    expect(await lab.sortie(['run', 'has', '-y', ...where])).toMatchObject(went);
    expect(await lab.sortie(['run', 'may', '-y', ...where])).toMatchObject(went);
    expect(await lab.sortie(['run', 'needs', '--force-deps', '-y', ...where])).toMatchObject(went);
  }
  // What asked is gone.
  expect(readdirSync(join(box.home, '.sortie/runs'))).toHaveLength(3);
});
