/** Every question that a command asks, in a real pseudo-terminal: it stands on the line where the cursor waits, however wide the screen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';
import { passwordServer } from './support/password-server.ts';
import { testNeeding } from './support/programs.ts';

const program = join(import.meta.dirname, '../bin/sortie.js');
const WIDTHS = [40, 80, 160];

function open(lab: Lab, words: readonly string[], columns: number): Emulator {
  return new Emulator([process.execPath, program, ...words], { columns, rows: 30, env: lab.env });
}

/** The line of the screen up to the cursor, which is at its end. */
function cursorLine({ terminal, screen }: Emulator): string {
  const { cursorX, cursorY } = terminal.buffer.active;
  return (screen[cursorY] ?? '').padEnd(cursorX).slice(0, cursorX);
}

async function untilAsked(emulator: Emulator, question: string): Promise<void> {
  const isAsked = (each: Emulator) => cursorLine(each).endsWith(question);
  await emulator.until(isAsked, `${JSON.stringify(question)} before the cursor`);
}

describe.each(WIDTHS)('on a screen of %d columns', (columns) => {
  test.each(columns === 80 ? ['y', 'yes'] : ['y'])(
    'the trust of a host key is asked for, and taken by %s',
    async (answer) => {
      await using lab = new Lab();
      const host = await lab.host('gpu-box');
      const file = lab.put('.ssh/known_hosts', '');
      await using emulator = open(lab, ['top', 'gpu-box', '--no-tui'], columns);
      await untilAsked(emulator, 'Trust this key? [y/N/fingerprint] ');
      expect(emulator.text).toContain('SHA256:');
      emulator.press('perhaps\r');
      await untilAsked(emulator, 'Answer y, n, or its fingerprint: ');
      emulator.press(`${answer}\r`);
      await emulator.untilText('Added the key');
      expect(readFileSync(file, 'utf8')).toContain(host.knownHost);
    },
  );

  test('a password is asked for, and not shown', async () => {
    await using lab = new Lab();
    await using server = await passwordServer('password');
    lab.put('.ssh/known_hosts', `[127.0.0.1]:${server.port} ${server.key}\n`);
    const config = `Host box-with-a-password\n  HostName 127.0.0.1\n  Port ${server.port}\n  User researcher\n`;
    lab.put('.ssh/config', `${config}  UserKnownHostsFile ${join(lab.laptop, '.ssh/known_hosts')}\n`);
    await using emulator = open(lab, ['doctor', 'box-with-a-password'], columns);
    await untilAsked(emulator, 'researcher@box-with-a-password: ');
    emulator.press('wrong\r');
    await emulator.until(({ text }) => text.split('researcher@box-with-a-password: ').length === 3);
    await untilAsked(emulator, 'researcher@box-with-a-password: ');
    expect(emulator.text).not.toContain('wrong');
  });

  testNeeding('ssh-keygen')('a passphrase is asked for', async () => {
    await using lab = new Lab();
    await lab.host('gpu-box');
    const key = lab.put('.ssh/id_ed25519', lab.clientKey.private, 0o600);
    const { execFileSync } = await import('node:child_process');
    execFileSync('ssh-keygen', ['-q', '-p', '-N', 'sesame', '-P', '', '-f', key]);
    await using emulator = open(lab, ['doctor', 'gpu-box'], columns);
    await emulator.untilText('Passphrase for');
    await emulator.until((each) => /(^|\/)id_ed25519: $|^\S*25519: $/.test(cursorLine(each)));
    emulator.press('sesame\r');
    await emulator.untilText('✔ connection');
  });

  test('running, starting again, stopping and deleting are asked for, and y is taken', async () => {
    await using lab = new Lab();
    lab.put('train.py', 'lr = 0.1\n');
    lab.put('long.py', 'import time\nprint("begun", flush=True)\ntime.sleep(600)\n');
    const ask = async (words: readonly string[], question: string, answer: string) => {
      const emulator = open(lab, ['-C', lab.laptop, ...words], columns);
      await untilAsked(emulator, question);
      emulator.press(answer);
      await emulator.exited;
      await emulator[Symbol.asyncDispose]();
      return emulator.text;
    };
    await ask(['run', 'train.py', '--no-tui'], 'Continue? [Y/n] ', 'y\r');
    const [{ id = '' } = {}] = JSON.parse((await lab.sortie(['runs', '--json'])).stdout) as { id?: string }[];
    await ask(['run', '--restart', id, '--no-tui'], 'Continue? [Y/n] ', 'yes\r');
    expect((await lab.sortie(['run', 'long.py', '-b', '-y'], { cwd: lab.laptop })).code).toBe(0);
    expect(await ask(['stop'], 'Continue? [y/N] ', 'y\r')).toMatch(/stopped/);
    expect(await ask(['delete', id], 'Continue? [Y/n] ', 'n\r')).not.toMatch(/deleted/i);
    expect(await ask(['delete', id, '--permanent'], 'Continue? [y/N] ', '\r')).not.toMatch(/deleted 1/i);
    expect(await ask(['delete', id], 'Continue? [Y/n] ', '\r')).toMatch(/1 run/);
    expect(await ask(['runs', 'purge'], 'Continue? [y/N] ', 'yes\r')).toMatch(/1 run/);
  });
});
