/**
 * Makes the README's pictures: runs each view of the demo fleet in a terminal emulator and writes the screen, cell by cell, as SVG.
 * `node scripts/pictures.ts` writes docs/images/{run,watch,top}.svg.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Emulator } from './terminal-emulator.ts';
import { gridToSvg } from './grid-to-svg.ts';

const root = join(import.meta.dirname, '..');
const demo = join(root, 'controller/tui/demo/main.ts');
const pythonText = join(root, 'scripts/python-text.ts');
const still = ['--speed', '0', '--rate', '2'];

const pictures = [
  {
    name: 'run',
    columns: 100,
    rows: 30,
    args: ['run', '--second', '64', ...still],
    ready: 'log 9ed02560 · following',
  },
  {
    name: 'watch',
    columns: 100,
    rows: 30,
    args: ['watch', '--lost', 'lab-3', ...still],
    ready: 'following',
  },
  { name: 'top', columns: 100, rows: 30, args: ['top', ...still], ready: 'best loss' },
] as const;

await mkdir(join(root, 'docs/images'), { recursive: true });
for (const { name, columns, rows, args, ready } of pictures) {
  await using emulator = new Emulator([process.execPath, '--import', pythonText, demo, ...args], {
    columns,
    rows,
  });
  await emulator.untilText(ready);
  await emulator.until(({ text }) => /epoch \d+\/40 {2}loss/.test(text) || name === 'top', 'the log');
  await writeFile(join(root, `docs/images/${name}.svg`), gridToSvg(emulator.terminal, `sortie ${name}`));
  emulator.press('q');
  await emulator.exited;
}
