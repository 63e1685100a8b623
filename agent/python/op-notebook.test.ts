import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { PYTHON_FILES } from './index.ts';

// Starting Python takes seconds where everything else runs too.
vi.setConfig({ testTimeout: 60_000 });

let own: string;
let dir: string;

beforeAll(() => {
  own = mkdtempSync(join(tmpdir(), 'notebook-'));
  dir = mkdtempSync(join(tmpdir(), 'notebook-run-'));
  for (const [name, text] of Object.entries(PYTHON_FILES)) writeFileSync(join(own, name), text);
  // What a project may well have, and what the runner needs from elsewhere.
  writeFileSync(join(dir, 'json.py'), 'raise Exception("the project\'s")\n');
});

afterAll(() => {
  for (const each of [own, dir]) rmSync(each, { recursive: true, force: true });
});

/** The cells' sources after flags were put into them. */
function applied(
  cells: readonly string[],
  words: readonly string[],
  patterns: readonly string[] = [],
): string[] {
  const notebook = {
    cells: cells.map((source) => ({ cell_type: 'code', metadata: {}, outputs: [], source })),
  };
  writeFileSync(join(dir, 'nb.ipynb'), JSON.stringify(notebook));
  const { stderr, status } = spawnSync(
    'python3',
    ['-u', join(own, 'op_notebook.py'), 'nb.ipynb', '--no-exec', ...patterns, '--', ...words],
    { cwd: dir, encoding: 'utf8', env: { PATH: process.env['PATH'], PYTHONPATH: '.' } },
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const copy: { cells: { source: string[] }[] } = JSON.parse(readFileSync(join(dir, 'nb.ipynb'), 'utf8'));
  return copy.cells.map(({ source }) => source.join(''));
}

test.each([
  ['x = 1', ['--x', '11'], 'x = 11'],
  ['x = -1', ['--x', '1.0e-05'], 'x = 1e-05'],
  ['x  =1  # a comment', ['--x', 'foo bar'], "x  ='foo bar'  # a comment"],
  ['x = 1; y = 2; z=-3', ['--x', '6', '--z', '.inf'], "x = 6; y = 2; z=float('inf')"],
  ['x = y = 1', ['--x', '1', '--y', 'hi'], "x = y = 'hi'"],
  ["a = 1\nb = '''Line 1\nLine 2\n'''  # c\n", ['--b', 'true'], 'a = 1\nb = True  # c\n'],
  ['x = (\n\n    1\n  )\n', ['--x', '[1, a b]'], "x = (\n\n    [1, 'a b']\n  )\n"],
  ['é = "ü"; x: int = 2', ['--é', '"\\xE4"', '--x', '3'], "é = 'ä'; x: int = 3"],
  ['x = f()\nx = 1\nx = 2', ['--x', '9'], 'x = f()\nx = 9\nx = 2'],
  ['def f():\n    x = 1\nif x:\n    x = 2', ['--x', '9'], 'def f():\n    x = 1\nif x:\n    x = 2'],
  ['x = (1, 2)\ny = 1 + 1', ['--x', '9', '--y', '9'], 'x = (1, 2)\ny = 1 + 1'],
  ["'unterminated", ['--x', '9'], "'unterminated"],
])('in %j the flags %j make %j', (cell, words, result) => {
  expect(applied([cell], words)).toEqual([result]);
});

test('magics and shell commands stand among assignments as they are', () => {
  const cell =
    '%matplotlib inline\nx = 1\nfiles = !ls\n!pip install \\\n  torch\nfor i in range(x):\n    %time i\nx?';
  expect(applied([cell, '%%time\nn = 1', '%%bash\nn=1', 'n = 2'], ['--x', '2', '--n', '5'])).toEqual([
    cell.replace('x = 1', 'x = 2'),
    '%%time\nn = 5',
    '%%bash\nn=1',
    'n = 2',
  ]);
});

test.each([
  ['x = 22 # update me', ['x\\s*=\\s*(.*) # update .*'], 'x = 33 # update me'],
  ['def f(a1="p", a2="q"):', ['a1=(".*"), a2=(".*")'], 'def f(a1=33, a2=33):'],
  ['print(1234, 1234)', ['1234'], 'print(33, 1234)'],
  ['print(5)', ['no (match)', 'print\\((\\d)\\)'], 'print(33)'],
])('in %j the patterns %j make %j', (cell, patterns, result) => {
  expect(
    applied(
      [cell],
      ['--v', '33'],
      patterns.map((pattern) => `--nb-replace=v=${pattern}`),
    ),
  ).toEqual([result]);
});
