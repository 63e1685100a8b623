/** What the view costs, as counts: frames, rows and bytes, whatever the machine's speed. */
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { viewDemo } from './support/view-demo.ts';

const demo = await viewDemo();
/** Ink opens each frame with a synchronised update. */
const FRAME = '\x1b[?2026h';

test('500 runs that each report ten times a second cost ten bounded frames a second', async () => {
  const [columns, rows] = [100, 30];
  const args = ['watch', '--many', '500', '--trials', '500', '--length', '2000', '--rate', '10'];
  await using emulator = new Emulator([process.execPath, demo, ...args], { columns, rows });
  await emulator.untilText('▶ 500');
  const start = { at: performance.now(), length: emulator.written.length };
  const frames = () => emulator.written.slice(start.length).split(FRAME).slice(1);
  await emulator.until(() => frames().length >= 50, 'fifty frames');
  const seconds = (performance.now() - start.at) / 1000;
  const seen = frames();
  expect(seen.length).toBeLessThanOrEqual(10 * seconds + 2);
  for (const frame of seen) {
    // A cell takes three bytes of UTF-8 and, with its colours, at most as many again.
    expect(Buffer.byteLength(frame)).toBeLessThan(columns * rows * 6);
    expect(frame.split('\x1b[K').length - 1).toBeLessThanOrEqual(rows);
  }
  const mean = seen.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0) / seen.length;
  expect(mean).toBeLessThan(columns * rows);
  emulator.press('q');
  await emulator.exited;
});
