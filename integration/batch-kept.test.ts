/** A batch after it ended: its id goes on standing for its trials, on this machine and on hosts. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';

const SCRIPT = 'lr = 0.1\namp = False\nprint("loss:", lr * 2)\nopen("model", "w").write(str(lr))\n';

async function batchOf(lab: Lab, words: readonly string[]): Promise<string> {
  lab.put('train.py', SCRIPT);
  const ran = await lab.sortie(['run', 'train.py', 'lr=[0.1,0.2,0.3]', '-y', ...words]);
  expect(ran).toMatchObject({ code: 0 });
  // Another run, which is no trial of it.
  expect(await lab.sortie(['run', 'train.py', 'lr=0.01', '-y'])).toMatchObject({ code: 0 });
  return (await lab.sortie(['select', '-Fo', 'train.py+', '--short-id'])).stdout.trim();
}

test.each(['here', 'on a host'])(
  'a batch that ran %s is compared, listed, watched and deleted by its id',
  async (place) => {
    await using lab = new Lab();
    if (place === 'on a host') await lab.host('gpu-box');
    const batch = await batchOf(lab, place === 'here' ? [] : ['-r', 'gpu-box']);
    const text = async (...words: string[]) => {
      const done = await lab.sortie(words);
      expect(done).toMatchObject({ code: 0 });
      return done.stdout;
    };
    const compared = await text('compare', batch, '--max', 'loss');
    expect(compared).toMatch(/^3 runs, all with {2}operation=train\.py .* {2}amp=no/);
    const header = compared.split('\n').findIndex((line) => line.startsWith('run '));
    const losses = compared
      .trim()
      .split('\n')
      .slice(header + 1);
    expect(losses.map((line) => line.split(/ +/).at(-1))).toEqual(['0.6', '0.4', '0.2']);
    expect((await text('compare', batch, '--csv', '-')).split('\n')[0]).toBe(
      'run,operation,started,time,status,label,amp,lr,step,loss',
    );
    expect((await text('runs', batch)).trim().split('\n')).toHaveLength(4);
    expect((await text('runs', '--batch', batch, '-F', 'lr > 0.1')).trim().split('\n')).toHaveLength(2);
    const best = (await text('select', batch, '--min', 'loss')).trim();
    expect(await text('select', best, '--attr', 'label')).toContain('lr=0.1');
    expect(await lab.sortie(['watch', batch, '--no-tui'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('3 of 3 completed') as string,
    });
    await text('label', '--batch', batch, '--prepend', 'sweep', '-y');
    expect((await text('runs', '-Fl', 'sweep')).trim().split('\n')).toHaveLength(3);
    // What is here needs no pulling.
    const pulled = (await lab.sortie(['pull', batch])).stderr;
    expect(pulled.match(/: \d+ files?, [1-9]\S* k?B from gpu-box to /g) ?? []).toHaveLength(
      place === 'here' ? 0 : 3,
    );
    expect((await lab.sortie(['delete', batch, '-y'])).stderr).toContain('moved 4 runs to the trash');
    expect((await text('runs')).trim().split('\n')).toHaveLength(1);
  },
);

test('a comparison that does not fit the terminal opens in a pager', async () => {
  await using lab = new Lab();
  const batch = await batchOf(lab, []);
  const program = join(import.meta.dirname, '../bin/sortie.js');
  const env = { ...lab.env, PAGER: 'echo paged; cat' };
  const words = [process.execPath, program, 'compare', batch];
  await using wide = new Emulator(words, { columns: 100, rows: 30, env });
  await wide.exited;
  expect(wide.text).not.toContain('paged');
  await using low = new Emulator(words, { columns: 100, rows: 4, env });
  await low.exited;
  expect(low.scrollback).toContain('paged');
});

test('a column that no run has is an error that names those there are', async () => {
  await using lab = new Lab();
  const batch = await batchOf(lab, []);
  expect(await lab.sortie(['compare', batch, '--min', 'los'])).toMatchObject({
    code: 2,
    stderr: "sortie: no run has a scalar 'los'\nhint: there are: =amp, =lr, loss\n",
  });
});
