/** Whoever looks at a run later sees its whole course, as its host recorded it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { Lab } from './support/lab.ts';

const program = join(import.meta.dirname, '../bin/sortie.js');

/** A course that its first and last values don't tell: down and up again, in a thousand steps. */
const valley = 'for step in range(1001): print(f"loss: {abs(step - 500) / 500:.4f}")\n';

test('a view that is opened after a run has ended draws the whole course of its scalars', async () => {
  await using lab = new Lab();
  await lab.host('gpu-box');
  lab.put('valley.py', valley);
  expect((await lab.sortie(['run', 'valley.py', '-y', '-r', 'gpu-box'])).code).toBe(0);
  const size = { columns: 100, rows: 30, env: lab.env };
  await using emulator = new Emulator([process.execPath, program, 'top'], size);
  // Without any being named, the host that was reached before is there, and so is its run.
  await emulator.until(
    ({ text }) => /^gpu-box +● live/m.test(text) && /✔ completed/.test(text),
    'the host and its run',
  );
  emulator.press('\r');
  await emulator.until(
    ({ text }) => /^ loss +1 +█+▇+▆+▅+▄+▃+▂+▁+▂+▃+▄+▅+▆+▇+█+ +0 to 1$/m.test(text),
    'the valley',
  );
  emulator.press('q');
  await emulator.exited;
});

test('top of a host that does not exist ends with 2, and says why', async () => {
  await using lab = new Lab();
  const top = await lab.sortie(['top', 'nosuchhost', '--no-tui']);
  expect(top.code).toBe(2);
  expect(top.stderr).toContain('nosuchhost');
});
