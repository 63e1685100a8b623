/** What a user sees of a bug: one line, and a file with the details. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';

const program = join(import.meta.dirname, '../bin/sortie.js');

/** Code that is run in the program before its own. */
function before(code: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

const brokenHelp = before(
  "Object.defineProperty(process.stdout, 'columns', { get() { throw new TypeError('help broke') } })",
);

test('a bug of a command is one line and the path of a log that has the stack', async () => {
  await using lab = new Lab();
  const { code, stdout, stderr } = await lab.sortie(['--help'], { env: brokenHelp });
  expect(code).toBe(2);
  expect(stdout).toBe('');
  const [what, hint, ...rest] = stderr.trimEnd().split('\n');
  expect(what).toBe('sortie: internal error: help broke');
  expect(hint).toContain(join(lab.sortieHome, 'logs/crash-'));
  expect(rest).toEqual([]);
  const log = readFileSync(/(\S+\.log)$/.exec(hint ?? '')?.[1] ?? '', 'utf8');
  expect(log).toMatch(/TypeError: help broke\n +at /);
  expect(log).toContain('command: sortie --help');
});

test.each([
  ['--debug', ['--debug', '--help'], {}],
  ['SORTIE_DEBUG', ['--help'], { SORTIE_DEBUG: '1' }],
])('%s shows the stack of a bug', async (_, words, env) => {
  await using lab = new Lab();
  const { stderr } = await lab.sortie(words, { env: { ...brokenHelp, ...env } });
  expect(stderr).toMatch(/TypeError: help broke\n +at /);
});

test('a bug while the view is up is told after the screen is restored, with where the details are', async () => {
  await using lab = new Lab();
  const bug = before("process.on('SIGUSR2', () => { throw new TypeError('the view broke') });");
  const size = { columns: 100, rows: 30, env: { ...lab.env, ...bug } };
  await using emulator = new Emulator([process.execPath, program, 'top'], size);
  await emulator.untilText('detach');
  expect(emulator.isAlternate).toBe(true);
  process.kill(emulator.pid, 'SIGUSR2');
  expect((await emulator.exited).exitCode).toBe(2);
  expect(emulator.isAlternate).toBe(false);
  expect(emulator.scrollback).toContain('sortie: internal error: the view broke');
  const shown = emulator.scrollback.replaceAll('\n', '');
  expect(shown).toContain(join(lab.sortieHome, 'logs/crash-'));
  expect(shown).not.toMatch(/\bat .*:\d+:\d+/);
  expect(emulator.written.lastIndexOf('\x1b[?25h')).toBeGreaterThan(
    emulator.written.lastIndexOf('\x1b[?25l'),
  );
});
