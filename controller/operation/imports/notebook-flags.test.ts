import { expect, test, vi } from 'vitest';
import { planRun, requestOf } from '../index.ts';
import { encodeValue } from '../value.ts';
import { project, PYTHON_TEST_TIMEOUT_MS } from '../testing.ts';

vi.setConfig({ testTimeout: PYTHON_TEST_TIMEOUT_MS });

function notebook(...cells: readonly string[]): string {
  return JSON.stringify({
    cells: [
      { cell_type: 'markdown', source: ['x = 0'] },
      ...cells.map((source) => ({ cell_type: 'code', source: source.split(/(?<=\n)/) })),
    ],
  });
}

async function flagsOf(files: Readonly<Record<string, string>>, words: readonly string[]) {
  using here = project(files);
  const plan = await planRun(requestOf(words), here.world);
  return Object.fromEntries([...plan.flags].map(([name, value]) => [name, encodeValue(value)]));
}

test('what a notebook first assigns at the top of its cells is its flags', async () => {
  const text = notebook(
    '%matplotlib inline\na: float = 1\nb = 2.5\nfiles = !ls\n',
    's = "hi"\nf = True\nl = [1, 2]\nb = 3\n_hidden = 1\nt = (1, 2)\nd = {"k": 1}\nif s:\n    n = 1\n',
    'x = y = 4',
  );
  expect(await flagsOf({ 'nb.ipynb': text }, ['nb.ipynb', 's=ho'])).toEqual({
    a: '1.0',
    b: '2.5',
    f: 'yes',
    l: '1 2',
    s: 'ho',
    y: '4',
  });
});

test('an operation takes from its notebook what it says, and defaults from its patterns', async () => {
  const yml = [
    'nb:',
    '  notebook: nb.ipynb',
    '  flags:',
    '    a: {description: A}',
    "    p: {nb-replace: 'print\\((\\d+)'}",
    'other: {main: guild.plugins.nbexec nb.ipynb, flags-import: all}',
    'nb.ipynb: {flags-import: [a]}',
    '',
  ].join('\n');
  const files = { 'guild.yml': yml, 'nb.ipynb': notebook('a = 1\nb = 2', 'print(7)') };
  expect(await flagsOf(files, ['nb'])).toEqual({ a: '1', p: '7' });
  expect(await flagsOf(files, ['other'])).toEqual({ a: '1', b: '2' });
  expect(await flagsOf(files, ['nb.ipynb'])).toEqual({ a: '1' });
  expect(await flagsOf(files, ['./nb.ipynb'])).toEqual({ a: '1', b: '2' });
});

test('a cell that is no Python hides only its own flags', async () => {
  expect(await flagsOf({ 'nb.ipynb': notebook('a = 1', 'b <- 2 )', 'c = 3') }, ['nb.ipynb'])).toEqual({
    a: '1',
    c: '3',
  });
});
