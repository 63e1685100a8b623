/** An attached view stands below other things: whatever its terminal's size does, it leaves those alone and no pieces of itself. */
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { viewDemo } from './support/view-demo.ts';

const demo = await viewDemo();

async function openBatch(): Promise<Emulator> {
  const script = `echo before the view; ${process.execPath} ${demo} batch --speed 0; echo after the view`;
  const emulator = new Emulator(['sh', '-c', script], { columns: 100, rows: 40 });
  // The first frames have fewer rows: what becomes of one that meets a change of its terminal, nobody can tell.
  await emulator.untilText('8960edda');
  return emulator;
}

/** One title, as wide as the terminal, and one footer. */
async function untilWhole(emulator: Emulator, columns: number): Promise<void> {
  await emulator.until(({ screen, scrollback }) => {
    const titles = screen.filter((row) => row.includes('batch 00fb8673'));
    const title = titles.length === 1 ? titles[0] : undefined;
    return (
      title?.length === columns - 1 &&
      scrollback.split('batch 00fb8673').length === 2 &&
      scrollback.split(/\? (?:help|all keys)/).length === 2
    );
  }, `one frame of ${columns} columns`);
}

/** What stays in the scrollback when the view is left. */
async function left(emulator: Emulator): Promise<string> {
  emulator.press('q');
  await emulator.exited;
  return emulator.scrollback;
}

/** What was there before, the summary, what came after, and no piece of a frame. */
const CLEAN =
  /^before the view\ntrain 00fb8673 {2}63 of(?:(?!\? (?:help|all keys))[^])*Reattach with[^\n]*\nafter the view$/;

test('made narrower and wider again, one step after another', async () => {
  await using emulator = await openBatch();
  for (const columns of [80, 120, 90]) {
    emulator.resize(columns, 40);
    await untilWhole(emulator, columns);
  }
  expect(await left(emulator)).toMatch(CLEAN);
});

test('a frame that was made for a wider terminal and arrives in a narrower one', async () => {
  await using emulator = await openBatch();
  for (const columns of [80, 60]) {
    emulator.changeScreen(columns, 40);
    const { length } = emulator.written;
    // A tick of the clock, in a frame of the old width.
    await emulator.until(({ written }) => /\d:\d\d|\b\d\x1b/.test(written.slice(length)), 'a late frame');
    emulator.resize(columns, 40);
    await untilWhole(emulator, columns);
  }
  expect(await left(emulator)).toMatch(CLEAN);
});

test('a storm of sizes', async () => {
  await using emulator = await openBatch();
  for (let step = 0; step < 60; step += 1) emulator.resize(60 + ((step * 37) % 60), 40);
  emulator.resize(90, 40);
  await untilWhole(emulator, 90);
  expect(await left(emulator)).toMatch(CLEAN);
});

test('left in the middle of a change', async () => {
  await using emulator = await openBatch();
  emulator.resize(80, 40);
  expect(await left(emulator)).toMatch(/^before the view\ntrain 00fb8673/);
  expect(emulator.scrollback).not.toMatch(/\? (?:help|all keys)/);
});
