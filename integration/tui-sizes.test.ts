/** The views at five sizes and on terminals that can do less, as an emulator's grid shows them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Emulator, type EmulatorOptions } from '../scripts/terminal-emulator.ts';
import { gridCells } from '../scripts/grid-cells.ts';
import { testNeeding } from './support/programs.ts';
import { viewDemo } from './support/view-demo.ts';

const demo = await viewDemo();
const SIZES = [
  [40, 10],
  [60, 15],
  [100, 30],
  [200, 50],
  [300, 100],
] as const;

/** Red, green, yellow, magenta, cyan, and the terminal's own. */
const THEME_COLOURS: ReadonlySet<number | null> = new Set([1, 2, 3, 5, 6, null]);

function open(args: readonly string[], options: EmulatorOptions): Emulator {
  return new Emulator([process.execPath, demo, ...args, '--speed', '0'], options);
}

/** Waits until all patterns are on the screen at once. */
async function untilAll(emulator: Emulator, patterns: readonly RegExp[]): Promise<void> {
  await emulator.until(
    ({ text }) => patterns.every((pattern) => pattern.test(text)),
    `all of ${patterns.join(' ')}`,
  );
}

/** Clears of all the screen or of the scrollback; a terminal that gets them flickers or forgets. */
function wipes(written: string): number {
  return written.split(/\x1b\[[23]J|\x1bc/).length - 1;
}

test.each(SIZES)('at %i×%i watch shows links, trials, the best and how long', async (columns, rows) => {
  await using emulator = open(['watch', '--lost', 'lab-3', '--silent', 'lab-2'], { columns, rows });
  await untilAll(emulator, [
    /^ train · batch 00fb8673.*ETA \d+ m/,
    /lab-3 +○ retr/,
    /✔ 63 {2}▶ 10 {2}… 127 {2}✖ 0 {3}best loss 0\.1/,
    /^▸ 7a3095cb {2}▶ running .*0\.648\d+ .*1:\d\d/m,
    /^ ◐[0-9a-f]{8} {2}▶ running/m,
    /^ ○[0-9a-f]{8} {2}▶ running/m,
  ]);
  if (rows >= 15) await untilAll(emulator, [/gpu-box +● live .*51 pending/, /lab-2 +◐ \d+ s/]);
  if (columns >= 100) {
    await untilAll(emulator, [
      /0 ███████ +98 %/,
      /no contact since/,
      /█░+ +66 %/,
      /0\.648\d+ +[▁-█]{8}/,
      /lab-3:0/,
      /log 7a3095cb · following/,
      /epoch 26\/40/,
    ]);
  }
  if (columns >= 200)
    await untilAll(emulator, [
      /98 % +41 GiB +69 °C/,
      /LR +BS +DROPOUT/,
      /lab-3:0 \d+ s ago/,
      /\d\d s +gpu-box:3/,
    ]);
  expect(emulator.screen.at(-1)).toContain('detach');
  expect(emulator.isAlternate).toBe(true);
  emulator.press('q');
  expect((await emulator.exited).exitCode).toBe(0);
  expect(wipes(emulator.written)).toBe(0);
});

test.each(SIZES)('at %i×%i top shows devices, what they bear and for whom', async (columns, rows) => {
  await using emulator = open(['top', '--second', '0.2', '--trials', '5', '--lost', 'lab-2'], {
    columns,
    rows,
  });
  await untilAll(emulator, [
    /gpu-box +● live +4 slots · 4 running/,
    /^ {2}0 .*[█░] +\d+ % .*\d+ GiB .*\d+ °C .*[0-9a-f]{8}/m,
    /▶ 5/,
  ]);
  if (rows >= 30) {
    await untilAll(emulator, [
      /lab-2 +○ retr.*1 running then · as of \d+ s ago · no answer/,
      /alice · python/,
      /WHERE/,
      /train/,
    ]);
  }
  emulator.press('\t');
  await emulator.until(({ screen }) => screen.at(-1)?.includes('x stop') === false, 'no key that stops');
  emulator.press('q');
  await emulator.exited;
  expect(wipes(emulator.written)).toBe(0);
});

test.each(SIZES)(
  'at %i×%i an attached run shows progress, flags, scalars and its log',
  async (columns, rows) => {
    await using emulator = open(['run', '--second', '64'], { columns, rows });
    await untilAll(emulator, [
      /train · 9ed02560 +1:0\d since/,
      /▶ running · gpu-box, GPU 0/,
      /█ *░* 5\d % {2}epoch 2\d\/40 {2}\d+ s left/,
      /^ loss +0\.7\d+ +[▁-█]+/m,
      /log 9ed02560 · following/,
      /^epoch 22\/40/m,
    ]);
    if (rows >= 15) await untilAll(emulator, [/lr=0\.1 {2}bs=32/]);
    emulator.press('q');
    await emulator.exited;
    expect(wipes(emulator.written)).toBe(0);
  },
);

test.each([
  ['xterm-256color', {}],
  ['16 colours', { TERM: 'xterm-16color' }],
  ['8 colours', { TERM: 'xterm' }],
])('on %s colours are those of the theme, never black or white, and none is a background', async (_, env) => {
  await using emulator = open(['watch', '--lost', 'lab-3'], { columns: 100, rows: 30, env });
  await emulator.untilText('· following');
  const cells = gridCells(emulator.terminal);
  expect(cells.filter(({ background }) => background !== null)).toEqual([]);
  const colours = new Set(cells.map(({ foreground }) => foreground));
  expect([...colours].filter((each) => !THEME_COLOURS.has(each))).toEqual([]);
  expect(colours.size).toBeGreaterThan(1);
  // Inverse text of a colour would be that colour's ground: unread on half of all themes.
  expect(cells.filter(({ isInverse, foreground }) => isInverse && foreground !== null)).toEqual([]);
});

test('with NO_COLOR nothing is coloured, with LANG=C nothing is beyond ASCII', async () => {
  const env = { NO_COLOR: '1', LANG: 'C' };
  await using emulator = open(['watch', '--lost', 'lab-3'], { columns: 100, rows: 30, env });
  await emulator.untilText('- following');
  for (const { text, foreground, background } of gridCells(emulator.terminal)) {
    expect.soft([foreground, background]).toEqual([null, null]);
    expect.soft(text).toMatch(/^[\x20-\x7e]?$/);
  }
});

testNeeding('tmux')('in tmux the view is whole, also after its window was made smaller', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sortie-tmux-'));
  const tmux = (...words: readonly string[]) =>
    spawnSync('tmux', ['-S', join(dir, 'socket'), ...words], {
      encoding: 'utf8',
      env: { ...process.env, LANG: 'C.UTF-8' },
    });
  const screen = () => tmux('capture-pane', '-p').stdout;
  const until = async (pattern: RegExp) => {
    await expect.poll(screen, { timeout: 30_000, interval: 100 }).toMatch(pattern);
  };
  try {
    const program = `LANG=C.UTF-8 ${process.execPath} ${demo} watch --speed 0; echo over; exec cat`;
    expect(tmux('-f', '/dev/null', '-u', 'new-session', '-d', '-x', '100', '-y', '30', program).status).toBe(
      0,
    );
    await until(/^ train · batch 00fb8673 · 200 trials +ETA[^]*· following[^]*d detach/);
    tmux('resize-window', '-x', '60', '-y', '15');
    await until(/^ train · batch 00fb8673[^\n]*\n[^]*\n ↑↓ choose[^\n]*\? all keys *\n*$/);
    tmux('send-keys', 'q');
    await until(/Reattach with[^]*over/);
    expect(screen()).not.toContain('? help');
  } finally {
    tmux('kill-server');
    rmSync(dir, { recursive: true });
  }
});
