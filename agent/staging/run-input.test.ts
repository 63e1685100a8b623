import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linksToRun } from './run-input.ts';

const id = 'b'.repeat(32);
let runs: string;

beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'sortie-links-'));
  const put = (path: string, text: string) => {
    const full = join(runs, id, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  };
  put('.guild/manifest', 's train.py 12 train.py\ns lib/a.py 12 lib/a.py\n');
  mkdirSync(join(runs, id, '.guild/attrs'));
  put('train.py', 'source');
  put('lib/a.py', 'source');
  put('lib/made.bin', 'made beside source');
  put('model.h5', 'model');
  put('checkpoints/1.ckpt', 'one');
});

afterEach(() => rmSync(runs, { recursive: true }));

test('files of another run get the names that rules give them', () => {
  const links = linksToRun(join(runs, id), {
    kind: 'run',
    run: id,
    at: 'in',
    select: ['.*[.]ckpt'],
    rename: [{ pattern: '(\\d+)[.]ckpt', replacement: 'epoch-\\1.pt' }],
  });
  expect(links).toEqual([{ path: 'in/epoch-1.pt', target: `../../${id}/checkpoints/1.ckpt` }]);
});

test('a run that is depended on gives what it generated, whole folders as one', () => {
  const links = linksToRun(join(runs, id), { kind: 'run', run: id, at: '.', select: [] });
  expect(links.map(({ path }) => path).toSorted()).toEqual(['checkpoints', 'lib/made.bin', 'model.h5']);
});

test('selected files lie flat at their place, by expressions on the whole path', () => {
  const links = linksToRun(join(runs, id), {
    kind: 'run',
    run: id,
    at: 'data/in',
    select: ['checkpoints/.*', 'lib/a'],
  });
  expect(links).toEqual([{ path: 'data/in/1.ckpt', target: `../../../${id}/checkpoints/1.ckpt` }]);
});

test('a link reads the other run from where it is made', () => {
  const own = join(runs, 'c'.repeat(32));
  for (const { path, target } of linksToRun(join(runs, id), {
    kind: 'run',
    run: id,
    at: 'x',
    select: ['model.*'],
  })) {
    mkdirSync(join(own, dirname(path)), { recursive: true });
    symlinkSync(target, join(own, path));
  }
  expect(readFileSync(join(own, 'x/model.h5'), 'utf8')).toBe('model');
});

test('an expression that is none is told as such', () => {
  expect(() => linksToRun(join(runs, id), { kind: 'run', run: id, at: '.', select: ['('] })).toThrow(
    expect.objectContaining({ code: 'bad-pattern' }),
  );
});

test('a folder is linked whole, and what is asked for of a record too', () => {
  const links = linksToRun(join(runs, id), {
    kind: 'run',
    run: id,
    at: '.',
    select: ['checkpoints', '.guild/manifest'],
    rename: [{ pattern: 'checkpoints', replacement: 'in' }],
  });
  expect(links).toEqual([
    { path: 'manifest', target: `../${id}/.guild/manifest` },
    { path: 'in', target: `../${id}/checkpoints` },
  ]);
});
