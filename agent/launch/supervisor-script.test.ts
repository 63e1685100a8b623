import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attemptFiles, runFiles } from '../home/index.ts';
import { SUPERVISOR_SCRIPT } from './supervisor-script.ts';

let root: string;
let dir: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sortie supervisor '));
  dir = join(root, 'a run');
  mkdirSync(attemptFiles(dir, 1).dir, { recursive: true });
  mkdirSync(runFiles(dir).attrs);
  writeFileSync(join(root, 'supervisor.sh'), SUPERVISOR_SCRIPT);
});
afterEach(() => rmSync(root, { recursive: true }));

const shells = ['dash', 'bash', 'zsh'].filter((shell) => {
  const found = spawnSync('sh', ['-c', `command -v ${shell}`]);
  return found.status === 0;
});

function supervise(shell: string, command: readonly string[], env: Record<string, string> = {}): void {
  // zsh is asked to be sh, as it is where it stands for /bin/sh.
  const emulation = shell === 'zsh' ? ['--emulate', 'sh'] : [];
  execFileSync(
    shell,
    [...emulation, join(root, 'supervisor.sh'), dir, '1', 'an-id', '', '30', '', '', ...command],
    {
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'ignore', 'ignore'],
    },
  );
}

const output = () => readFileSync(attemptFiles(dir, 1).stdout, 'utf8');
const errors = () => readFileSync(attemptFiles(dir, 1).stderr, 'utf8');
const status = () => readFileSync(join(runFiles(dir).attrs, 'exit_status'), 'utf8');

describe.each(shells)('the supervisor in %s', (shell) => {
  test('writes each stream, the receipt and what Guild reads', () => {
    supervise(shell, [
      'sh',
      '-c',
      'echo out; echo err >&2; echo out again; cat .guild/LOCK >locked; echo $$ >pid; exit 7',
    ]);
    expect([output(), errors()]).toEqual(['out\nout again\n', 'err\n']);
    expect(readFileSync(attemptFiles(dir, 1).exit, 'utf8')).toMatch(/^7\t\d{16}\t\n$/);
    expect(status()).toBe('7\n');
    const own = readFileSync(join(dir, 'pid'), 'utf8').trim();
    expect(readFileSync(join(dir, 'locked'), 'utf8')).toBe(own);
    expect(existsSync(runFiles(dir).lock)).toBe(false);
    expect(readFileSync(attemptFiles(dir, 1).started, 'utf8')).toMatch(/^\d+\t\d+\t\S+\n$/);
  });

  test('makes one stream of both with SYNC_RUN_OUTPUT=1', () => {
    supervise(shell, ['sh', '-c', 'echo out; echo err >&2; echo out'], { SYNC_RUN_OUTPUT: '1' });
    expect([output(), errors()]).toEqual(['out\nerr\nout\n', '']);
  });

  test('ignores no signal on behalf of the program, which may be interrupted', () => {
    supervise(shell, ['grep', 'SigIgn', '/proc/self/status']);
    const ignored = Number.parseInt(output().replace('SigIgn:', '').trim(), 16);
    const { SIGHUP, SIGINT, SIGQUIT, SIGTERM } = constants.signals;
    for (const signal of [SIGHUP, SIGINT, SIGQUIT, SIGTERM]) expect(ignored & (1 << (signal - 1))).toBe(0);
  });

  test('tells a signal by its negative number', () => {
    supervise(shell, ['sh', '-c', 'kill -TERM $$']);
    expect(status()).toBe('-15\n');
  });

  test('gives the program its environment, arguments and signals as they were', () => {
    const env = { id: '1', run: '2', here: '3', status: '4', now: '5', ODD: 'a\nb "c" $d' };
    supervise(
      shell,
      ['sh', '-c', 'echo "$id$run$here$status$now|$ODD|$1|$SORTIE_RUN_ID|$PATH"; trap', 'sh', ' x "y" $z '],
      env,
    );
    expect(output()).toBe(`12345|${env.ODD}| x "y" $z |an-id|${process.env['PATH']}\n`);
    expect(output()).not.toContain("trap -- ''");
  });

  test('leaves an attempt alone that another supervisor has claimed', () => {
    mkdirSync(attemptFiles(dir, 1).claim);
    supervise(shell, ['sh', '-c', 'echo never']);
    expect(existsSync(attemptFiles(dir, 1).stdout)).toBe(false);
    expect(existsSync(attemptFiles(dir, 1).exit)).toBe(false);
  });

  test('starts nothing once a stop was asked for', () => {
    writeFileSync(attemptFiles(dir, 1).stop, '{}');
    supervise(shell, ['sh', '-c', 'echo never']);
    expect(existsSync(attemptFiles(dir, 1).stdout)).toBe(false);
    expect(status()).toBe('-15\n');
  });

  test("runs the user's lines before the program, which can be found by them", () => {
    mkdirSync(join(root, 'tools'));
    writeFileSync(join(root, 'tools', 'mine'), '#!/bin/sh\necho "mine $X $1"\n', { mode: 0o755 });
    writeFileSync(attemptFiles(dir, 1).init, `PATH="${root}/tools:$PATH"\nexport X=1\nset -- gone\n`);
    supervise(shell, ['mine', 'arg']);
    expect(output()).toBe('mine 1 arg\n');
  });

  test('says which program it cannot find, and where it looked', () => {
    supervise(shell, ['no-such-program']);
    expect(errors()).toContain("cannot find the program 'no-such-program' on PATH: ");
    expect(status()).toBe('1\n');
  });

  test.each([
    ['./gone.sh', "cannot find the program './gone.sh' in "],
    ['./plain.sh', "the program './plain.sh' is not executable"],
  ])('says of %s, which is named with its folder, what is wrong there', (program, said) => {
    writeFileSync(join(dir, 'plain.sh'), 'echo hi\n', { mode: 0o644 });
    supervise(shell, [program]);
    expect(errors()).toContain(said);
    expect(status()).toBe('1\n');
  });
});
