import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Lab } from './support/lab.ts';
import { processesMentioning } from './support/processes.ts';

interface Finding {
  readonly about: string;
  readonly verdict: string;
  readonly detail: string;
}

const HELD = ['torture', 'once', 'output', 'listed', 'statuses', 'pull', 'stop', 'left'];

test.concurrent('doctor --torture cuts, kills and stops what is its own on a host, finds that all held, and leaves nothing', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  const { code, stdout, stderr } = await lab.sortie(['doctor', '--torture', 'gpu-box', '--json']);
  const found = JSON.parse(stdout || '[]') as Finding[];
  expect([stderr, ...found.filter(({ verdict }) => verdict === 'fail')]).toEqual(['']);
  expect(found.map(({ about }) => about).slice(-HELD.length)).toEqual(HELD);
  expect(code).toBe(0);
  expect(readdirSync(join(box.home, '.sortie')).filter((name) => name.startsWith('torture'))).toEqual([]);
  expect(readdirSync(join(box.home, '.sortie/runs'))).toEqual([]);
  expect(
    processesMentioning('SORTIE_TORTURE_MARK=').filter((pid) =>
      processesMentioning(`HOME=${box.home}`).includes(pid),
    ),
  ).toEqual([]);
});

test.concurrent('doctor --torture of a host whose shell runs programs twice says what is broken, and exits 1', async () => {
  await using lab = new Lab();
  const bin = join(lab.dir, 'home-odd-box/bin');
  mkdirSync(bin, { recursive: true });
  await lab.host('odd-box', {
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    files: { 'bin/sh': '#!/bin/sh\ncase "$2" in *failing*) /bin/sh "$@" ;; esac\nexec /bin/sh "$@"\n' },
  });
  const { code, stdout } = await lab.sortie(['doctor', '--torture', 'odd-box']);
  expect(stdout).toMatch(/✖ once +the run that fails started 2 times\n/);
  expect(stdout).toMatch(/✖ output +of the run that fails came 16 bytes that differ from the 8 written\n/);
  expect(stdout).toMatch(/✔ left /);
  expect(code).toBe(1);
});

test.concurrent('doctor --torture tries this machine too, without a link to cut', async () => {
  await using lab = new Lab();
  const { code, stdout } = await lab.sortie(['doctor', '--torture']);
  expect(stdout).toMatch(/✔ torture +killed its agent and a supervisor, stopped a run and pulled all\n/);
  expect(stdout).not.toContain('✖');
  expect(stdout).toMatch(/✔ left /);
  expect([code, readdirSync(lab.sortieHome).filter((name) => name.startsWith('torture'))]).toEqual([0, []]);
});
