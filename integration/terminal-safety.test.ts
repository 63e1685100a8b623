/** What a hostile program prints, and how its files are called, as a terminal gets it from commands that are no view. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';

const program = join(import.meta.dirname, '../bin/sortie.js');

/** Sets the title, clears the screen, turns text around; with a colour, a wide character and a combining one that may pass. */
const evil = `import sys
sys.stdout.buffer.write('\\x1b]0;owned\\x07\\x1b[2J\\x1b[31mred\\x1b[0m 漢 e\\u0301 \\u202eabc\\n'.encode())
open('a\\x1b[2Jb\\u202e', 'w').close()
open('evil.txt', 'wb').write(b'\\x1b]52;c;AAAA\\x07text\\n')
print('loss: 0.5')
`;

const HARMFUL = /\x1b\]|\x1b\[2J|\x07|\u202e/;

test('commands neutralise what a host says on a terminal, and give a pipe the bytes as they are', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('evil.py', evil);
  const size = { columns: 100, rows: 30, env: lab.env };
  const onTerminal = async (...words: readonly string[]) => {
    await using emulator = new Emulator([process.execPath, program, '-C', lab.laptop, ...words], size);
    await emulator.exited;
    return emulator.written;
  };
  const ran = await onTerminal('run', 'evil.py', '-y', '-r', 'gpu-box', '--no-tui');
  expect(ran).not.toMatch(HARMFUL);
  expect(ran).toContain('\x1b[31mred');
  expect(ran).toContain('漢 e\u0301');
  const live = await onTerminal('run', 'evil.py', '-y', '-r', 'gpu-box');
  expect(live).not.toMatch(HARMFUL);
  for (const words of [
    ['cat'],
    ['pull', '--all', '-r', 'gpu-box'],
    ['ls'],
    ['cat', '--path', 'evil.txt'],
    ['runs', 'info'],
    ['runs'],
  ]) {
    expect.soft(await onTerminal(...words), words.join(' ')).not.toMatch(HARMFUL);
  }
  expect((await lab.sortie(['cat'])).stdout).toContain('\x1b]0;owned\x07\x1b[2J\x1b[31mred');
});
