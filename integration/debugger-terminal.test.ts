/** Python's debugger in a terminal of its own, here and over ssh, as somebody at a keyboard sees it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';

const program = join(import.meta.dirname, '../bin/sortie.js');

/** `sortie` in a terminal, in the laptop's home. */
function atKeyboard(lab: Lab, words: readonly string[]): Emulator {
  const command = ['sh', '-c', 'cd "$0" && exec "$@"', lab.laptop, process.execPath, program, ...words];
  return new Emulator(command, { columns: 80, rows: 24, env: lab.env });
}

/** The one run of a home, and what is recorded of it. */
function onlyRun(home: string) {
  const [id = '', ...others] = readdirSync(join(home, 'runs'));
  expect(others).toEqual([]);
  const read = (path: string) => readFileSync(join(home, 'runs', id, '.guild', path), 'utf8');
  return { id, output: read('output'), exitStatus: read('attrs/exit_status'), flags: read('attrs/flags') };
}

const SCRIPT = `import os, sys
x = 3
y = x * 2
print("tty", sys.stdin.isatty(), sys.stdout.isatty(), os.isatty(os.open("/dev/tty", os.O_RDWR)))
print("y is", y)
sys.exit(y)
`;

test.each(['local', 'gpu-box'])(
  'a breakpoint on %s stops in a debugger with a terminal of its own, recorded as any run is',
  async (where) => {
    await using lab = new Lab();
    if (where !== 'local') await lab.host(where);
    lab.put('a.py', SCRIPT);
    await using emulator = atKeyboard(lab, ['run', 'a.py', 'x=5', '--break', '3', '-r', where]);
    await emulator.untilText('Continue? [Y/n]');
    emulator.press('y\r');
    await emulator.untilText('(Pdb)');
    expect(emulator.text).toContain('-> y = x * 2');
    emulator.press('p x * 100\r');
    await emulator.untilText('500');
    // The line editor is there: a word is mended before it is sent.
    emulator.press('p "typo"\x7f\x7f\x7fe" * 2\r');
    await emulator.untilText("'tyetye'");
    emulator.press('import shutil\r');
    emulator.press('p "wide", shutil.get_terminal_size().columns\r');
    await emulator.untilText("('wide', 80)");
    emulator.resize(70, 20);
    await emulator.until((screen) => {
      if (screen.text.includes("('now', 70)")) return true;
      if (/\(Pdb\) *$/.test(screen.text.trimEnd()))
        screen.press('p "now", shutil.get_terminal_size().columns\r');
      return false;
    }, 'the new size in the debugger');
    emulator.press('c\r');
    expect((await emulator.exited).exitCode).toBe(10);
    expect(emulator.scrollback).toContain('tty True True True');
    const run = onlyRun(lab.sortieHome);
    expect(run).toMatchObject({ exitStatus: '10\n', flags: 'x: 5\n' });
    expect(run.output).toContain('tty True True True\ny is 10\n');
    const there = lab.hosts.map(({ home }) => onlyRun(join(home, '.sortie')));
    expect(there).toEqual(there.map(() => run));
  },
);

test('an error on a host stops in the debugger where it occurred; ^C is the program’s, and ctrl-] ends it', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  lab.put('bad.py', 'def f(n):\n    return 1 / n\n\nf(0)\n');
  await using emulator = atKeyboard(lab, ['run', 'bad.py', '--break-on-error', '-y', '-r', 'gpu-box']);
  await emulator.untilText('(Pdb)');
  emulator.press('p n + 41\r');
  await emulator.untilText('41');
  emulator.press('import time; time.sleep(600)\r');
  await emulator.untilText('sleep(600)');
  emulator.press('\x03');
  await emulator.untilText('KeyboardInterrupt');
  await emulator.until(({ text }) => text.trimEnd().endsWith('(Pdb)'));
  emulator.press('\x1d');
  expect((await emulator.exited).exitCode).toBe(143);
  expect(onlyRun(join(box.home, '.sortie')).exitStatus).toBe('-15\n');
});

test('what is typed while the link is down reaches the debugger once, when it is back', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  lab.put('a.py', 'x = 3\nprint("x is", x)\n');
  await using emulator = atKeyboard(lab, ['run', 'a.py', '--break', '2', '-y', '-r', 'gpu-box']);
  await emulator.untilText('(Pdb)');
  box.proxy.cut();
  emulator.press('x = x + 1\r');
  emulator.press('p "sum", x\r');
  await emulator.untilText("('sum', 4)");
  emulator.press('c\r');
  expect((await emulator.exited).exitCode).toBe(0);
  expect(emulator.scrollback).toContain('x is 4');
});

test('without a terminal to type in, a debugger on a host is refused before anything is sent', async () => {
  await using lab = new Lab();
  const box = await lab.host('gpu-box');
  lab.put('a.py', 'x = 3\n');
  for (const words of [['--break', '1'], ['--break-on-error'], ['--break', '1', '--no-wait']]) {
    const { code, stderr } = await lab.sortie(['run', 'a.py', '-y', '-r', 'gpu-box', ...words]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^sortie: --break and --break-on-error (with --remote need a terminal|cannot be used with --no-wait)/,
    );
  }
  expect(readdirSync(box.home)).toEqual([]);
});
