import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';

const SCRIPT = ['lr = 0.1', "print('loss:', lr * 2)", "open('made.txt', 'w').write('made\\n')", ''].join(
  '\n',
);

/** A laptop with two runs of a script: the older with lr=0.1, the newer with lr=0.3. */
async function labWithRuns(): Promise<Lab> {
  const lab = new Lab();
  lab.put('work/train.py', SCRIPT);
  for (const lr of ['0.1', '0.3']) {
    const { code, stderr } = await sortie(lab, ['run', 'train.py', `lr=${lr}`, '--yes']);
    expect(stderr + String(code)).toMatch(/0$/);
  }
  return lab;
}

async function sortie(lab: Lab, args: readonly string[], env: Record<string, string> = {}) {
  return lab.sortie(args, { cwd: join(lab.laptop, 'work'), env });
}

async function out(lab: Lab, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await sortie(lab, args, env);
  expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

test('runs are compared by a scalar, selected by it, listed and shown side by side', async () => {
  await using lab = await labWithRuns();
  const csv = (await out(lab, ['compare', '--csv', '-', '-cc', '=lr, loss as best', '--max', 'loss'])).split(
    '\n',
  );
  expect(csv[0]).toBe('run,lr,best,loss');
  expect(csv.slice(1, 3).map((line) => line.split(',')[1])).toEqual(['0.3', '0.1']);
  const rows = JSON.parse(await out(lab, ['compare', '--min', 'loss', '--json', '-n', '1'])) as {
    lr: number;
  }[];
  expect(rows.map(({ lr }) => lr)).toEqual([0.1]);
  expect(await out(lab, ['compare', '-F', 'lr > 1'])).toBe('');

  const best = (await out(lab, ['select', '--min', 'loss'])).trim();
  expect(await out(lab, ['select', best, '--attr', 'flags'])).toContain('lr: 0.1');
  expect((await out(lab, ['select', '--all', '--short-id'])).trim().split('\n')).toHaveLength(2);
  const nothing = await sortie(lab, ['select', '-Fo', 'nosuch']);
  expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('no matching runs') as string });

  expect(await out(lab, ['ls', best, '--no-format'])).toContain('made.txt\n');
  const dir = (await out(lab, ['select', best, '--path'])).trim();
  expect(await out(lab, ['ls', best])).toMatch(new RegExp(`^${dir}:\n`));
  expect(await out(lab, ['diff', '--flags'])).toContain('-lr: 0.1\n+lr: 0.3\n');
  expect(await lab.sortie(['ls', '-p', 'nosuch'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("nothing at 'nosuch' in run") as string,
  });
  expect(await lab.sortie(['runs', '--filter', 'nosuch < 1'])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'no runs match these filters\n',
  });
});

test('runs are filtered by scalars and by letters of statuses, and those that a filter leaves are shown, deleted and brought back', async () => {
  await using lab = await labWithRuns();
  lab.put('work/fails.py', 'raise SystemExit(3)\n');
  expect(await sortie(lab, ['run', 'fails.py', '-y'])).toMatchObject({ code: 3 });
  expect(await out(lab, ['runs', '-F', 'loss < 0.5 and lr = 0.1', '-s'])).toBe(
    '[1]  train.py  completed  lr=0.1\n',
  );
  expect(await out(lab, ['runs', '-F', 'scalar:loss > 0.5', '-s'])).toBe(
    '[1]  train.py  completed  lr=0.3\n',
  );
  expect((await out(lab, ['runs', '-Sce', '-s'])).trim().split('\n')).toHaveLength(3);
  expect(await out(lab, ['runs', '-Se', '-s'])).toBe('[1]  fails.py  error\n');
  expect(await out(lab, ['runs', '-v', '-Se'])).toMatch(
    /^\[1:\w{8}\] {2}fails\.py .*error\n {2}id: .*\n(.*\n)* {2}exit_status: 3\n/,
  );
  expect(await out(lab, ['runs', 'list', '-Se', '-s'])).toBe('[1]  fails.py  error\n');
  expect(await out(lab, ['runs', 'select', '-Se', '--attr', 'operation'])).toBe('fails.py\n');
  expect(await out(lab, ['runs', 'info', '-Se'])).toContain('operation: fails.py\n');
  expect(await sortie(lab, ['delete', '-Se', '-y'])).toMatchObject({
    code: 0,
    stderr: 'moved 1 run to the trash\n',
  });
  expect(await out(lab, ['runs', '-Se'])).toBe('');
  expect(await sortie(lab, ['runs', 'restore', '-Fo', 'fails', '-y'])).toMatchObject({ code: 0 });
  expect(await out(lab, ['runs', '-Se', '-s'])).toBe('[1]  fails.py  error\n');
});

test('labels, tags, marks and comments are edited, of the newest run where none is named', async () => {
  await using lab = await labWithRuns();
  const info = async () =>
    JSON.parse(await out(lab, ['runs', 'info', '--json'])) as {
      label: string;
      tags: string[];
      marked: boolean;
    };
  await out(lab, ['label', '--set', 'rate ${lr}', '--yes']);
  await out(lab, ['label', '--append', 'good', '--yes']);
  await out(lab, ['tag', '--add', 'b', '-a', 'a', '--yes']);
  await out(lab, ['mark', '--yes']);
  expect(await info()).toMatchObject({ label: 'rate 0.3 good', tags: ['b', 'a'], marked: true });
  expect(await out(lab, ['tag', '--list-all'])).toBe('a\nb\n');
  await out(lab, ['label', '--clear', ':', '--yes']);
  await out(lab, ['tag', '--delete', 'b', '--yes']);
  await out(lab, ['mark', '--clear', '--yes']);
  expect(await info()).toMatchObject({ label: '', tags: ['a'], marked: false });

  const editor = join(lab.dir, 'editor.sh');
  writeFileSync(editor, '#!/bin/sh\nprintf "typed here\\n# not this\\n" > "$1"\n', { mode: 0o755 });
  await out(lab, ['comment', '--add', 'first', '--user', 'ada@engine', '--yes']);
  await out(lab, ['comment', '--yes'], { EDITOR: editor });
  expect(await out(lab, ['comment', '--list'])).toMatch(
    /\[1\] ada@engine .*\n\n {4}first\n\n {2}\[2\] .*\n\n {4}typed here\n$/,
  );
  await out(lab, ['comment', '--delete', '1', '--yes']);
  expect(await out(lab, ['comment', '--list'])).not.toContain('first');
  const empty = await sortie(lab, ['comment', '--yes'], { EDITOR: 'truncate -s 0' });
  expect(empty).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Aborting due to an empty comment.') as string,
  });
  const both = await sortie(lab, ['label', '--set', 'x', '--clear', '--yes']);
  expect(both).toMatchObject({ code: 2 });
});

test('a run of a box is labelled there with --remote, and in its mirror', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('work/train.py', SCRIPT);
  await out(lab, ['run', 'train.py', '-r', 'gpu-box', '--yes']);
  await out(lab, ['label', '-r', 'gpu-box', '--set', 'there', '--yes']);
  await out(lab, ['comment', '-r', 'gpu-box', '--add', 'one', '--yes']);
  await out(lab, ['comment', '-r', 'gpu-box', '--add', 'two', '--yes']);
  expect(await out(lab, ['runs', '-r', 'gpu-box'])).toMatch(/completed \(gpu-box\) {2}there$/m);
  expect(await out(lab, ['runs'])).toMatch(/completed \(gpu-box\) {2}there$/m);
  expect(await out(lab, ['comment', '-r', 'gpu-box', '--list'])).toMatch(/one\n[^]*two\n/);
  expect(await out(lab, ['ls', '--no-format'])).toContain('made.txt\n');
});
