/** Notebooks as operations: flags go into a copy in the run directory, which is executed there, here or on a host. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notebookText, pathWithPython } from './support/jupyter-program.ts';
import { Lab, type Finished } from './support/lab.ts';

let lab: Lab;
const CELLS = [
  'lr = 0.1\nepochs: int = 2',
  'for epoch in range(epochs):\n    print("loss:", lr / (epoch + 1))',
  'print(1 + 2)',
];

beforeAll(async () => {
  lab = new Lab();
  const path = pathWithPython(join(lab.dir, 'box-bin'), { jupyter: true });
  await lab.host('gpu-box', { env: { PATH: path } });
  lab.put('work/fit.ipynb', notebookText(CELLS));
  // What it printed before has made it larger than any text that is source by default.
  const printed = { output_type: 'stream', name: 'stdout', text: 'x'.repeat(2 << 20) };
  lab.put(
    'work/large.ipynb',
    notebookText(CELLS).replace('"outputs":[]', `"outputs":[${JSON.stringify(printed)}]`),
  );
  lab.put(
    'work/guild.yml',
    [
      'fit:',
      '  notebook: fit.ipynb --html-no-input',
      '  flags-import: [epochs]',
      "  flags: {n: {default: 7, nb-replace: 'print\\(1 \\+ (\\d+)\\)'}}",
      '',
    ].join('\n'),
  );
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

async function sortie(words: readonly string[], { jupyter = true } = {}): Promise<Finished> {
  const path = pathWithPython(join(lab.dir, jupyter ? 'bin' : 'bare-bin'), { jupyter });
  return lab.sortie(words, {
    cwd: join(lab.laptop, 'work'),
    env: { PATH: `${lab.env['PATH']?.split(':')[0]}:${path}` },
  });
}

const runDir = (id: string) => join(lab.sortieHome, 'runs', id);

test('a notebook takes flags by name, is executed in the run directory, and has a page beside it', async () => {
  const id = '1'.repeat(32);
  const { code, stdout, stderr } = await sortie(['run', 'fit.ipynb', 'lr=0.5', '-y', '--run-id', id]);
  expect(stderr).not.toContain('Traceback');
  expect(stdout).toBe('loss: 0.5\nloss: 0.25\n3\n');
  expect(stderr).toContain('Executing fit.ipynb\nSaving HTML\n');
  expect(code).toBe(0);
  const copy = readFileSync(join(runDir(id), 'fit.ipynb'), 'utf8');
  expect(copy).toContain('lr = 0.5');
  expect(copy).toContain('loss: 0.25');
  expect(existsSync(join(runDir(id), 'fit.html'))).toBe(true);
  expect(readFileSync(join(lab.laptop, 'work/fit.ipynb'), 'utf8')).toBe(notebookText(CELLS));
  expect(
    (await sortie(['compare', id, '--strict-columns', '=lr,=epochs,loss', '--csv', '-'])).stdout,
  ).toContain(',0.5,2,0.25');
});

test('an operation of a project may be one, with patterns of what its flags replace', async () => {
  const id = '2'.repeat(32);
  const { stdout } = await sortie(['run', 'fit', 'n=4', 'epochs=1', '-y', '--run-id', id]);
  expect(stdout).toContain('loss: 0.1\n5\n');
  expect(readFileSync(join(runDir(id), 'fit.html'), 'utf8')).toBe('<pre></pre>');
  const again = await sortie(['run', '--restart', id, '-y']);
  expect(again.stdout).toContain('loss: 0.1\n5\n');
  const { stderr } = await sortie(['run', 'fit', 'lr=3', '-y']);
  expect(stderr).toContain("unsupported flag 'lr'");
});

test('a large notebook runs on a host, as trials of a batch', async () => {
  const { code } = await sortie(['run', 'large.ipynb', 'lr=[1,2]', '-y', '-r', 'gpu-box']);
  expect(code).toBe(0);
  const { stdout } = await sortie(['compare', '--strict-columns', '=lr,loss', '--csv', '-']);
  expect(stdout.split('\n').filter((line) => /,[12](\.0)?,(0\.5|1\.0)$/.test(line))).toHaveLength(2);
});

test('a cell that fails fails the run', async () => {
  lab.put('work/bad.ipynb', notebookText(['x = 1', 'print(1 / 0)']));
  const { code, stderr, stdout } = await sortie(['run', 'bad.ipynb', '-y']);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain('ZeroDivisionError');
});

test('without nbconvert the run says in one error what to install', async () => {
  const { code, stdout, stderr } = await sortie(['run', 'fit.ipynb', '-y'], { jupyter: false });
  expect(code).toBe(1);
  expect(stdout + stderr).toMatch(
    /nbconvert is required to run notebooks.*\n.*pip install nbconvert ipykernel/,
  );
});

test('a file that is no notebook, one that is not there and a breakpoint are refused before there is a run', async () => {
  const before = readdirSync(join(lab.sortieHome, 'runs')).length;
  lab.put('work/broken.ipynb', '{"cells": [');
  expect((await sortie(['run', 'broken.ipynb', '-y'])).stderr).toContain('broken.ipynb is not a notebook:');
  expect((await sortie(['run', 'gone.ipynb', '-y'])).stderr).toContain("'gone.ipynb' is not defined");
  expect((await sortie(['run', 'fit', '--break', '1', '-y'])).stderr).toContain(
    'a notebook cannot stop at one',
  );
  expect(readdirSync(join(lab.sortieHome, 'runs'))).toHaveLength(before);
});
