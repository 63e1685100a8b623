import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import { expect, test } from 'vitest';
import { openScreen } from './screen.ts';

// Ink puts a console of its own in place, and the tests' own has no such class.
Object.assign(console, { Console });

/** A view below a line of the shell's, on a terminal of 40 columns. */
function opened() {
  const terminal = new xterm.Terminal({ cols: 40, rows: 10, allowProposedApi: true });
  const tty = { isTTY: true, columns: 40, rows: 10 };
  const stdout = Object.assign(new PassThrough(), tty) as unknown as NodeJS.WriteStream;
  stdout.on('data', (bytes: Buffer) => terminal.write(bytes.toString().replaceAll('\n', '\r\n')));
  const setRawMode = () => undefined;
  const ref = { ref: setRawMode, unref: setRawMode };
  const stdin = Object.assign(new PassThrough(), tty, { setRawMode }, ref) as unknown as NodeJS.ReadStream;
  stdout.write('before\n');
  const screen = openScreen({
    terminal: { stdin, stdout, stderr: stdout, env: { TERM: 'xterm' } },
    isAlternate: false,
    onKey: () => undefined,
    onPaste: () => undefined,
  });
  const rows = async () => {
    await new Promise<void>((resolve) => terminal.write('', resolve));
    const { active } = terminal.buffer;
    const all = Array.from({ length: active.length }, (_, row) =>
      active.getLine(row)?.translateToString(true),
    );
    return all.join('\n').trimEnd().split('\n');
  };
  const resize = (columns: number) => {
    Object.assign(stdout, { columns });
    terminal.resize(columns, 10);
    screen.resized({ columns, rows: 10 });
  };
  return { screen, rows, resize };
}

test('a terminal that changes before there is anything to show keeps no row of it', async () => {
  const { screen, rows, resize } = opened();
  resize(30);
  screen.paint(['one', 'two']);
  await expect.poll(rows).toEqual(['before', 'one', 'two']);
  screen.close();
});
