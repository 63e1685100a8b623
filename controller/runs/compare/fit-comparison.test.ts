import { expect, test } from 'vitest';
import type { Run } from '../read/run.ts';
import type { Comparison } from './compare-runs.ts';
import { fitComparison, formatFitted } from './fit-comparison.ts';

function run(lr: string, label: string): Run {
  return {
    id: lr.padEnd(32, '0'),
    dir: '',
    status: 'completed',
    exitStatus: 0,
    reason: null,
    isOurs: true,
    batch: null,
    remote: null,
    seen: null,
    opref: '',
    protoOpref: null,
    attrs: { flags: `lr: ${lr}\namp: no\n`, label: `${label}\n` },
    scalars: {},
  };
}

const HEADER = ['run', 'operation', 'started', 'label', 'amp', 'lr', 'acq-func', 'loss'];

function comparison(labels: readonly string[], asked: readonly string[] = []): Comparison {
  const rows = labels.map((label, i) => ({
    run: run(`0.${i + 1}`, label),
    cells: [`run${i}`, 'train.py', `10:0${i}`, label, false, 0.1 * (i + 1), undefined, 1.5 - i],
  }));
  return { header: HEADER, rows, asked: new Set(asked) };
}

test('what is the same stands once above; empty columns and labels that repeat flags are dropped', () => {
  const text = formatFitted(fitComparison(comparison(['lr=0.1 amp=no', 'lr=0.2 amp=no']), 80));
  expect(text).toBe(
    '2 runs, all with  operation=train.py  amp=no\nrun   started  lr   loss\nrun0  10:00    0.1  1.5\nrun1  10:01    0.2  0.5\n',
  );
});

test('what is the same is broken to fit', () => {
  const text = formatFitted(fitComparison(comparison(['good', 'bad']), 40), 40);
  expect(text).toMatch(/^2 runs, all with {2}operation=train\.py\n {2}amp=no\nrun /);
});

test('labels that somebody gave stay, and so do columns that were asked for', () => {
  const fitted = fitComparison(comparison(['good', 'bad'], ['amp', 'acq-func']), 80);
  expect(fitted.table.header).toEqual(['run', 'started', 'label', 'amp', 'lr', 'acq-func', 'loss']);
});

test('where there is no room, what says least is left out and named', () => {
  const fitted = fitComparison(comparison(['good', 'bad']), 22);
  expect(fitted.table.header).toEqual(['run', 'label', 'lr', 'loss']);
  expect(formatFitted(fitted)).toMatch(/\nno room for started: see --all-columns\n$/);
  // Whoever has to scroll sideways anyway gets everything.
  expect(fitComparison(comparison(['good', 'bad']), 5).leftOut).toEqual([]);
});

test('one run has nothing in common with others, and none is nothing', () => {
  expect(fitComparison(comparison(['good']), 80).same).toEqual([]);
  expect(formatFitted(fitComparison(comparison([]), 80))).toBe('');
});
