/** What somebody typed to reach a host is good for the process that feeds it too, which has nobody to ask. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';
import { skipWithout } from './support/programs.ts';
import { waitFor } from './support/wait.ts';

beforeEach(skipWithout('ssh-keygen'));

const program = join(import.meta.dirname, '../bin/sortie.js');

/** `sortie` in a terminal, in the laptop's home. */
function atKeyboard(lab: Lab, words: readonly string[]): Emulator {
  const command = ['sh', '-c', 'cd "$0" && exec "$@"', lab.laptop, process.execPath, program, ...words];
  return new Emulator(command, { columns: 100, rows: 30, env: lab.env });
}

/** A laptop whose key has a passphrase, and no ssh agent. */
function locked(): Lab {
  const lab = new Lab();
  const key = join(lab.laptop, '.ssh/id_ed25519');
  execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'sesame', '-f', key]);
  lab.put(
    'gated.py',
    `import os, time\nx = 1\nwhile not os.path.exists('${lab.dir}/go'): time.sleep(0.02)\n`,
  );
  return lab;
}

function statusesOn(home: string): string[] {
  const runs = join(home, '.sortie/runs');
  return (existsSync(runs) ? readdirSync(runs) : []).map((id) => {
    const file = join(runs, id, '.guild/attrs/exit_status');
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  });
}

test.each([
  ['attached', []],
  ['left in the background', ['--background']],
])('a batch by a key with a passphrase, %s, asks for it once', async (_, options) => {
  await using lab = locked();
  const hosts = [await lab.host('one'), await lab.host('two')];
  const words = ['run', 'gated.py', 'x=[1,2,3,4]', '-r', 'one,two', '-y', ...options];
  await using emulator = atKeyboard(lab, words);
  await emulator.untilText('Passphrase for ');
  emulator.press('sesame\r');
  const left = options.length > 0 ? (await emulator.exited).exitCode : 0;
  expect(left).toBe(0);
  // Both hosts have work, so both were let in.
  await waitFor('runs on both', () => hosts.every(({ home }) => statusesOn(home).length > 0));
  writeFileSync(join(lab.dir, 'go'), '');
  await waitFor('all to be done', () => {
    const done = hosts.flatMap(({ home }) => statusesOn(home));
    return done.length === 4 && done.every((status) => status === '0');
  });
  await emulator.exited;
  expect(emulator.scrollback.split('Passphrase for ').length).toBe(2);
  expect(readdirSync(join(lab.sortieHome, 'cache/handovers'))).toEqual([]);
});

test('the steps of a pipeline go where the passphrase opened, also once nobody is there any more', async () => {
  await using lab = locked();
  const host = await lab.host('one');
  lab.put('guild.yml', 'twice:\n  steps: [gated, gated]\ngated:\n  main: gated\n');
  await using emulator = atKeyboard(lab, ['run', 'twice', '-r', 'one', '--background', '-y']);
  await emulator.untilText('Passphrase for ');
  emulator.press('sesame\r');
  expect((await emulator.exited).exitCode).toBe(0);
  writeFileSync(join(lab.dir, 'go'), '');
  await waitFor('both steps to be done', () => statusesOn(host.home).join() === '0,0');
  await waitFor(
    'nothing to be handed over any more',
    () => readdirSync(join(lab.sortieHome, 'cache/handovers')).length === 0,
  );
});
