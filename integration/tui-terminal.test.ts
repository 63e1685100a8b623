/** The view in a real pseudo-terminal, as a terminal emulator shows it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emulator } from '../scripts/terminal-emulator.ts';
import { viewDemo } from './support/view-demo.ts';

const demo = await viewDemo();

function open(
  args: readonly string[],
  {
    columns = 100,
    rows = 30,
    env = {},
  }: { columns?: number; rows?: number; env?: Record<string, string> } = {},
): Emulator {
  return new Emulator([process.execPath, demo, ...args], { columns, rows, env });
}

/** Clears of all the screen or of the scrollback; a terminal that gets them flickers or forgets. */
function wipes(written: string): number {
  return written.split(/\x1b\[[23]J|\x1bc/).length - 1;
}

test('an attached batch stands in the scrollback, leaves what was there, and its summary when detached', async () => {
  const script = `echo before the view; ${process.execPath} ${demo} batch; echo after the view`;
  await using emulator = new Emulator(['sh', '-c', script], { columns: 100, rows: 30 });
  await emulator.untilText('? help');
  expect(emulator.isAlternate).toBe(false);
  expect(emulator.screen[0]).toBe('before the view');
  emulator.press('d');
  await emulator.exited;
  const { scrollback } = emulator;
  expect(scrollback).toMatch(/^before the view\ntrain 00fb8673 {2}6\d of 200 completed/);
  expect(scrollback).toMatch(/Reattach with: sortie watch 00fb8673\nafter the view$/);
  expect(scrollback).not.toContain('? help');
  expect(wipes(emulator.written)).toBe(0);
});

test('a run that ends leaves its outcome and the end of its log', async () => {
  await using emulator = open(['run', '--second', '95', '--speed', '30', '--rate', '10']);
  expect((await emulator.exited).exitCode).toBe(0);
  expect(emulator.scrollback).toMatch(/✔ 9ed02560 completed in \d:\d\d \(gpu-box/);
  expect(emulator.scrollback).toContain('epoch 40/40');
  expect(emulator.scrollback).not.toContain('Come back');
});

test('keys do what help says', async () => {
  await using emulator = open(['watch', '--speed', '0'], { rows: 20 });
  await emulator.untilText('? help');
  emulator.press('?');
  await emulator.untilText('previous run');
  emulator.press('\x1b');
  await emulator.untilText('best loss');
  const first = emulator.screen.find((row) => row.startsWith('▸'))?.slice(2, 10) ?? '';
  emulator.press('j');
  await emulator.until(({ screen }) => screen.some((row) => row.startsWith('▸') && !row.includes(first)));
  emulator.press('k\r');
  await emulator.untilText(`train · ${first}`);
  emulator.press('l');
  await emulator.untilText(`log ${first} · following`);
  emulator.press('\x1b[A');
  await emulator.untilText('lines · f follow');
  emulator.press('\x1b');
  await emulator.untilText(`train · ${first}`);
  emulator.press('\x1b');
  await emulator.untilText('best loss');
  emulator.press('/lr=0.003 bs=128\r');
  await emulator.untilText('/lr=0.003 bs=128 10 of 200');
  emulator.press('s');
  await emulator.untilText('sorted by loss');
  emulator.press('y');
  await emulator.until(({ written }) => written.includes('\x1b]52;c;'));
  // The last of them still waits: an ended one could not be stopped.
  emulator.press('Gx');
  await emulator.untilText('[y/N]');
  emulator.press('n');
  await emulator.untilText('cancelled');
  emulator.press('\x03');
  await emulator.exited;
  expect(emulator.scrollback).toContain('Reattach with');
});

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s leaves a clean screen and a terminal that works',
  async (signal) => {
    const home = mkdtempSync(join(tmpdir(), 'sortie-tui-'));
    const pidFile = join(home, 'pid');
    const run = `echo $$ > ${pidFile}; exec ${process.execPath} ${demo} watch`;
    await using emulator = new Emulator(
      ['bash', '-c', `bash -c '${run}'; stty -a | tr ';' '\\n'; echo ready`],
      { columns: 100, rows: 30 },
    );
    await emulator.untilText('? help');
    expect(emulator.isAlternate).toBe(true);
    process.kill(Number(readFileSync(pidFile, 'utf8')), signal);
    await emulator.exited;
    expect(emulator.isAlternate).toBe(false);
    expect(emulator.written.lastIndexOf('\x1b[?25h')).toBeGreaterThan(
      emulator.written.lastIndexOf('\x1b[?25l'),
    );
    expect(emulator.scrollback).toMatch(/\bicanon\b/);
    expect(emulator.scrollback).not.toMatch(/-icanon|-echo\b/);
    expect(emulator.scrollback).toContain('Reattach with');
    rmSync(home, { recursive: true });
  },
);

test('an error nobody caught is printed where it can be read', async () => {
  await using emulator = open(['watch', '--crash']);
  expect((await emulator.exited).exitCode).not.toBe(0);
  expect(emulator.isAlternate).toBe(false);
  expect(emulator.scrollback).toContain('the demo was told to crash');
});

test('a storm of resizes ends in a whole screen, without a wipe', async () => {
  await using emulator = open(['watch', '--speed', '0'], { columns: 100, rows: 30 });
  await emulator.untilText('? help');
  for (let step = 0; step < 60; step += 1) emulator.resize(40 + ((step * 37) % 120), 10 + ((step * 13) % 40));
  emulator.resize(90, 20);
  const count = (rows: readonly string[], text: string) => rows.filter((row) => row.includes(text)).length;
  await emulator.until(
    ({ screen }) =>
      screen[0]?.startsWith(' train · batch 00fb8673') === true &&
      screen.at(-1)?.includes('? help') === true &&
      count(screen, '00fb8673') === 1 &&
      count(screen, 'best loss') === 1 &&
      count(screen, 'epoch 26/40') === 1,
    'a whole screen of 90×20',
  );
  expect(wipes(emulator.written)).toBe(0);
});

test('^Z puts the view to sleep and gives the shell its terminal, fg brings it back', async () => {
  await using emulator = new Emulator(['bash', '--norc', '-i'], {
    columns: 100,
    rows: 30,
    env: { PS1: 'ready> ' },
  });
  await emulator.untilText('ready>');
  emulator.press(`${process.execPath} ${demo} watch\r`);
  await emulator.untilText('? help');
  emulator.press('\x1a');
  await emulator.until(
    ({ isAlternate, text }) => !isAlternate && /Stopped[^]*ready>/.test(text),
    'the shell',
  );
  emulator.press('fg\r');
  await emulator.until(({ isAlternate, text }) => isAlternate && text.includes('? help'), 'the view again');
  emulator.press('q');
  await emulator.until(
    ({ isAlternate, text }) => !isAlternate && /Reattach with[^]*ready>/.test(text),
    'the summary, and the shell again: a view on its way out would swallow what is typed',
  );
  emulator.press('exit\r');
  expect((await emulator.exited).exitCode).toBe(0);
});

test('the whole log opens in the pager and the view comes back after it', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sortie-tui-'));
  const pager = join(home, 'pager');
  writeFileSync(pager, '#!/bin/sh\nwc -l > "$0.lines"; echo in the pager; sleep 0.2\n', { mode: 0o755 });
  await using emulator = open(['watch', '--speed', '0'], { env: { PAGER: pager } });
  // A key acts on the chosen run, and the first frame may have none yet.
  await emulator.untilText('· following');
  emulator.press('o');
  await emulator.until(({ written }) => written.includes('in the pager'), 'the pager');
  await emulator.until(({ isAlternate, text }) => isAlternate && text.includes('? help'), 'the view again');
  expect(Number(readFileSync(`${pager}.lines`, 'utf8'))).toBeGreaterThan(10);
  rmSync(home, { recursive: true });
});

test('detaching and attaching again shows the same batch', async () => {
  for (let time = 0; time < 2; time += 1) {
    await using emulator = open(['watch', '--speed', '0']);
    await emulator.untilText('batch 00fb8673 · 200 trials');
    emulator.press('d');
    await emulator.exited;
    expect(emulator.scrollback).toContain('sortie watch 00fb8673');
  }
});

test('without a terminal that can move its cursor the view is lines', async () => {
  await using emulator = open(['batch', '--speed', '200', '--trials', '10', '--second', '1'], {
    env: { TERM: 'dumb' },
  });
  await emulator.exited;
  expect(emulator.scrollback).toMatch(/[0-9a-f]{8} completed in/);
  expect(emulator.written).not.toContain('\x1b[');
});
