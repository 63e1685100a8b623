/** The view over a link with 300 ms each way: what is on the screen answers at once, and the wire carries no more for it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';

const program = join(import.meta.dirname, '../bin/sortie.js');
const DELAY_MS = 300;

const prints = `import sys, time
n = 0
for step in range(200): print('line', step, flush=True)
print('loss: 0.5', flush=True)
while True: time.sleep(0.1)
`;

/** The chosen run's short id. */
function chosen({ screen }: Emulator): string {
  return screen.find((row) => row.startsWith('▸'))?.slice(2, 10) ?? '';
}

test('over a slow link it is said at once what is waited for, and keys are answered without the host', async () => {
  await using lab = new Lab();
  const host = await lab.host('gpu-box');
  lab.put('prints.py', prints);
  for (const n of ['1', '2', '3']) {
    const words = ['run', 'prints.py', `n=${n}`, '-y', '-r', 'gpu-box', '--no-wait'];
    expect((await lab.sortie(words)).code).toBe(0);
  }
  host.proxy.faults.delayMs = DELAY_MS;
  const size = { columns: 110, rows: 30, env: lab.env };
  await using emulator = new Emulator([process.execPath, program, 'watch', '-r', 'gpu-box'], size);
  await emulator.untilText('connecting to gpu-box');
  await emulator.until(({ text }) => /● live/.test(text) && /▶ 3/.test(text), 'three runs');
  await emulator.untilText('line 199');
  expect(emulator.isAlternate).toBe(true);

  // Not a byte comes or goes any more, and everything that is here can still be looked at.
  host.proxy.faults.blackHole = true;
  const first = chosen(emulator);
  emulator.press('j');
  await emulator.until((now) => chosen(now) !== first, 'the next run');
  emulator.press('k');
  await emulator.until((now) => chosen(now) === first, 'the first run');
  emulator.press('?');
  await emulator.untilText('show all keys');
  emulator.press('\x1b');
  await emulator.untilText('STATUS');
  emulator.press('\r');
  await emulator.untilText('n=');
  emulator.press('\x1b/n=2\r');
  await emulator.until(({ text }) => text.includes('/n=2 1 of 3'), 'the filtered table');
  emulator.press('\x1b');
  await emulator.until(({ text }) => !text.includes('/n=2'), 'the whole table');
  host.proxy.faults.blackHole = false;

  // Where the choice runs up and down, the host is asked for the log it rests at, not for each that it passed.
  const { bytesToHost } = host.proxy;
  for (let press = 0; press < 150; press += 1) emulator.press('jjkk');
  emulator.press('j');
  await emulator.until(
    (now) => chosen(now) !== first && now.text.includes('line 199'),
    'the log it rests at',
  );
  expect(host.proxy.bytesToHost - bytesToHost).toBeLessThan(150 * 4 * 20);
  emulator.press('q');
  await emulator.exited;
});
