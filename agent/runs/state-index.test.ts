import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunState } from '#protocol';
import { runFiles, writeWhole } from '../home/index.ts';
import { StateIndex } from './state-index.ts';

let root: string;
let dir: string;
const id = 'd'.repeat(32);
const state = { id, status: 'completed' } as RunState;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sortie-index-'));
  dir = join(root, id);
  mkdirSync(runFiles(dir).sortie, { recursive: true });
  writeWhole(runFiles(dir).spec, '{}');
});
afterEach(() => rmSync(root, { recursive: true }));

const open = (program = 'one') => new StateIndex(join(root, 'index.json'), program);

test('an ended run is known again in the next life, until its directory changes', () => {
  const first = open();
  first.remember(state, dir);
  first.close();
  expect(open().recall(id, dir)).toEqual(state);
  writeWhole(runFiles(dir).spec, '{"attempt":2}');
  expect(open().recall(id, dir)).toBeNull();
});

test('an index of another version, or a damaged one, is as good as none', () => {
  const first = open();
  first.remember(state, dir);
  first.close();
  expect(open('two').recall(id, dir)).toBeNull();
  writeFileSync(join(root, 'index.json'), '{"program":"one","ru');
  expect(open().recall(id, dir)).toBeNull();
});

test('a run that was removed is forgotten', () => {
  const first = open();
  first.remember(state, dir);
  first.forget(id);
  first.close();
  expect(open().recall(id, dir)).toBeNull();
});
