/** A run's output on a terminal and through a pipe: bars of carriage returns, binary bytes, lines without an end. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';
import { waitFor } from './support/wait.ts';

const program = join(import.meta.dirname, '../bin/sortie.js');

const BARS = `import sys, time
for done in range(0, 101, 5):
    sys.stdout.write("\\r%3d%%|%s|" % (done, "#" * (done // 5)))
    sys.stdout.flush()
    time.sleep(0.01)
sys.stdout.write("\\n")
sys.stdout.buffer.write(bytes(range(256)) + b"\\x1b[2J\\x1b]0;owned\\x07\\x1b[31mred\\x1b[0m\\n")
sys.stdout.write("x" * 100_000)
sys.stdout.write("\\nlast words\\n")
`;

test.each(['local', 'gpu-box'])(
  'on a terminal a bar of a run on %s is one line, and what it prints harms nothing',
  async (where) => {
    await using lab = new Lab();
    if (where !== 'local') await lab.host(where);
    lab.put('bars.py', BARS);
    const words = ['run', 'bars.py', '-y', '--no-tui', '-r', where];
    const script = 'cd "$0" && echo before && exec "$@"';
    const command = ['sh', '-c', script, lab.laptop, process.execPath, program, ...words];
    await using emulator = new Emulator(command, { columns: 100, rows: 30, env: lab.env });
    expect((await emulator.exited).exitCode).toBe(0);
    const { scrollback, written } = emulator;
    expect(scrollback.match(/\d+%\|/g)).toEqual(['100%|']);
    expect(scrollback).toContain(`100%|${'#'.repeat(20)}|`);
    expect(scrollback).toMatch(/last words\n[0-9a-f]{8} completed in \S+ \(\S+\)$/);
    expect(written).not.toContain('\x1b[2J');
    expect(written).not.toContain('\x1b]0;');
    expect(written).toContain('\x1b[31mred');
  },
);

test('through a pipe the bytes are the host’s own, whatever they are', async () => {
  await using lab = new Lab();
  const { home } = await lab.host('gpu-box');
  lab.put('noise.py', 'import os, sys\nfor _ in range(64): sys.stdout.buffer.write(os.urandom(1 << 16))\n');
  const child = lab.spawn(['run', 'noise.py', '-y', '-r', 'gpu-box']);
  child.stdin.end();
  const shown = Buffer.concat(await Array.fromAsync(child.stdout as AsyncIterable<Buffer>));
  const [there, here] = [join(home, '.sortie'), lab.sortieHome].map((at) => {
    const [id = ''] = readdirSync(join(at, 'runs'));
    return readFileSync(join(at, 'runs', id, '.guild/output'));
  });
  expect(shown.length).toBe(64 << 16);
  expect(there?.equals(shown)).toBe(true);
  expect(here?.equals(shown)).toBe(true);
});

/** Runs the words after the first two with a terminal for their output that is closed once that shows the first; then makes the second, a file. */
const CLOSED_TERMINAL = `import os, subprocess, sys
shown, gate, *words = sys.argv[1:]
master, slave = os.openpty()
child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, start_new_session=True)
os.close(slave)
seen = b''
while shown.encode() not in seen: seen += os.read(master, 4096)
os.close(master)
open(gate, 'w').close()
print(child.wait())
`;

test('a terminal that was closed is no bug: the command ends as one that was hung up, and the run goes on', async () => {
  await using lab = new Lab();
  const [gate, finished] = [join(lab.laptop, 'gate'), join(lab.laptop, 'finished')];
  const waiting = `import os, time
print('half-way', flush=True)
while not os.path.exists(${JSON.stringify(gate)}): time.sleep(0.01)
print('more', flush=True)
open(${JSON.stringify(finished)}, 'w').close()
`;
  lab.put('wait.py', waiting);
  const words = [process.execPath, program, 'run', 'wait.py', '-y', '--no-tui'];
  const ended = spawnSync('python3', ['-c', CLOSED_TERMINAL, 'half-way', gate, ...words], {
    cwd: lab.laptop,
    env: lab.env,
    encoding: 'utf8',
  });
  expect(ended).toMatchObject({ stdout: '129\n', stderr: '' });
  await waitFor('the end of the run', () => existsSync(finished));
  expect(readdirSync(join(lab.sortieHome, 'logs')).filter((name) => name.startsWith('crash'))).toEqual([]);
});
