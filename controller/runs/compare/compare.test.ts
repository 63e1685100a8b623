import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScalarSummary } from '#protocol';
import type { Run } from '../read/run.ts';
import { formatTime } from '../render/format.ts';
import { parseColumns } from './column-spec.ts';
import { compareRuns, type CompareOptions } from './compare-runs.ts';
import { diffCommands } from './diff-runs.ts';
import { cellText, comparisonCsv, formatComparison } from './format-comparison.ts';

const now = new Date(0);

function run(id: string, attrs: Record<string, string>, more: Partial<Run> = {}): Run {
  return {
    id: id.padEnd(32, '0'),
    dir: `/runs/${id}`,
    status: 'completed',
    exitStatus: 0,
    reason: null,
    isOurs: true,
    batch: null,
    remote: null,
    seen: null,
    opref: "script:/p '' '' train.py",
    protoOpref: null,
    attrs: { started: '1000000\n', stopped: '62000000\n', ...attrs },
    scalars: {},
    ...more,
  };
}

const scalar = (last: number, more: Partial<ScalarSummary> = {}): ScalarSummary => ({
  first: 1,
  last,
  min: last,
  max: 1,
  total: 6,
  count: 3,
  step: 10,
  ...more,
});
const a = run(
  'a',
  { flags: 'lr: 0.1\n', label: 'one\n' },
  { scalars: { loss: scalar(0.5), 'sys/gpu': scalar(1) } },
);
const b = run(
  'b',
  { flags: 'lr: 0.01\nseed: 7\n', marked: 'true\n' },
  { scalars: { acc: scalar(0.9), loss: scalar(0.25) } },
);
const c = run('c', {}, { status: 'error' });
const compare = (runs: Run[], options: Partial<CompareOptions> = {}) =>
  compareRuns(runs, ({ scalars }) => scalars, { now, ...options });

test('runs are compared by their core facts, flags and scalars', () => {
  const started = formatTime(1_000_000);
  expect(formatComparison(compare([a, b, c]))).toBe(
    [
      'run       operation          started              time     status     label  lr    step  loss  seed  acc',
      `a0000000  train.py           ${started}  0:01:01  completed  one    0.1   10    0.5`,
      `b0000000  train.py [marked]  ${started}  0:01:01  completed         0.01  10    0.25  7     0.9`,
      `c0000000  train.py           ${started}  0:01:01  error`,
      '',
    ].join('\n'),
  );
  expect(formatComparison(compare([]))).toBe('');
});

test('columns asked for come with qualifiers, steps and names; strict ones come alone', () => {
  const { header, rows } = compare([b], {
    strictColumns: '.label, =seed, max loss as worst, loss step, avg loss, count acc',
  });
  expect(header).toEqual(['run', 'label', 'seed', 'worst', 'loss step', 'avg loss', 'count acc']);
  expect(rows[0]?.cells).toEqual(['b0000000', '', 7n, 1, 10n, 2, 3n]);
  expect(() => parseColumns('max loss of all')).toThrow(/error parsing column/);
});

test('the operation may say its columns', () => {
  expect(compare([a], { skipCore: true, columnsOf: () => ['=lr', 'loss'] }).header).toEqual([
    'run',
    'lr',
    'loss',
  ]);
});

test('sorting puts runs without the value last, whichever the order', () => {
  const order = (sort: 'min' | 'max') =>
    compare([c, a, b], { sort: { by: 'loss', order: sort } }).rows.map(({ run: { id } }) => id.charAt(0));
  expect(order('min')).toEqual(['b', 'a', 'c']);
  expect(order('max')).toEqual(['a', 'b', 'c']);
  expect(compare([c, a, b], { sort: { by: 'loss', order: 'min' }, limit: 1 }).rows).toHaveLength(1);
});

test('sorting is a permutation in order', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.double())), (losses) => {
      const runs = losses.map((loss, i) =>
        run(String(i), {}, { scalars: loss === null ? {} : { loss: scalar(loss) } }),
      );
      const { header, rows } = compare(runs, { sort: { by: 'loss', order: 'min' } });
      const sorted = rows
        .map(({ cells }) => cells[header.indexOf('loss')])
        .filter((x) => typeof x === 'number' && !Number.isNaN(x));
      expect(rows).toHaveLength(runs.length);
      expect(sorted.every((value, i) => i === 0 || Number(sorted[i - 1]) <= Number(value))).toBe(true);
    }),
  );
});

test('CSV has all digits and quotes what it must; tables have the shortest form of floats and no control characters', () => {
  const odd = run('d', { label: '"x, \\"y\\""\n' }, { scalars: { loss: scalar(0.99999999) } });
  expect(comparisonCsv(compare([odd], { strictColumns: '.label, loss' }))).toBe(
    'run,label,loss\nd0000000,"x, ""y""",0.99999999\n',
  );
  expect([0.99999999, Math.fround(1.6298), 1 / 3, 2].map(cellText)).toEqual([
    '0.99999999',
    '1.6298',
    '0.33333334',
    '2.0',
  ]);
  const evil = run('e', { label: '"\\e[2J"\n' });
  expect(formatComparison(compare([evil]))).not.toContain('\u001b');
});

test('a diff compares the parts asked for, older run first, and needs both runs here', () => {
  expect(diffCommands([a, b], {})).toEqual([['diff', '-ru', '/runs/a', '/runs/b']]);
  expect(diffCommands([a, b], { output: true, flags: true }, ['meld'])).toEqual([
    ['meld', '/runs/a/.guild/attrs/flags', '/runs/b/.guild/attrs/flags'],
    ['meld', '/runs/a/.guild/output', '/runs/b/.guild/output'],
  ]);
  expect(() => diffCommands([a, { ...b, dir: '', remote: 'box' }], {})).toThrow(/is only on box/);
});
