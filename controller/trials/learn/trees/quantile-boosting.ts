import { quantile } from '../scaling.ts';
import type { Row } from '../space.ts';
import { joined, type Fit, type Samples } from '../surrogate.ts';
import { growTree, leafOf, worth, type Split } from './regression-tree.ts';

/** One deviation below the middle of a normal distribution, its middle, and one above. */
const QUANTILES = [0.16, 0.5, 0.84] as const;
const TREES = 30;
const RATE = 0.3;
const DEPTH = 3;

/** Boosted trees that each predict a quantile (Friedman 2001, with quantile loss): the outer ones tell how unsure the middle one is. */
export const boostingFit: Fit = ({ learned, assumed }) => {
  const samples = joined(learned, assumed);
  const [low, middle, high] = QUANTILES.map((part) => boosted(samples, part));
  return {
    predict: (row) => ({
      mean: middle?.(row) ?? 0,
      deviation: Math.max(0, ((high?.(row) ?? 0) - (low?.(row) ?? 0)) / 2),
    }),
  };
};

/** A predictor of one quantile: starts with that of all values, and each tree corrects those before it a little. */
export function boosted({ rows, values }: Samples, part: number): (row: Row) => number {
  const all = rows.map((_, index) => index);
  const sorted = columnsSorted(rows);
  const first = quantileOf(values, part);
  const expected = values.map(() => first);
  const trees = Array.from({ length: TREES }, () => {
    const pulls = values.map((value, i) => (value > (expected[i] ?? 0) ? part : part - 1));
    const tree = growTree<number>(all, {
      rows,
      split: (members) => bestSplit(members, { rows, targets: pulls, sorted }),
      leaf: (members) =>
        RATE *
        quantileOf(
          members.map((member) => (values[member] ?? 0) - (expected[member] ?? 0)),
          part,
        ),
      depth: DEPTH,
    });
    for (const i of all) expected[i] = (expected[i] ?? 0) + leafOf(tree, rows[i] ?? []);
    return tree;
  });
  return (row) => trees.reduce((sum, tree) => sum + leafOf(tree, row), first);
}

function quantileOf(values: readonly number[], part: number): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    part,
  );
}

/** The indexes of rows in the order of each column. */
function columnsSorted(rows: readonly Row[]): readonly (readonly number[])[] {
  const all = rows.map((_, index) => index);
  return (rows[0] ?? []).map((_, column) =>
    [...all].sort((a, b) => (rows[a]?.[column] ?? 0) - (rows[b]?.[column] ?? 0)),
  );
}

interface Data {
  readonly rows: readonly Row[];
  readonly targets: readonly number[];
  readonly sorted: readonly (readonly number[])[];
}

/** The split of all that tells the targets apart best; null where none does. */
function bestSplit(members: readonly number[], { rows, targets, sorted }: Data): Split | null {
  const isMember = new Set(members);
  const sum = members.reduce((total, member) => total + (targets[member] ?? 0), 0);
  const unsplit = sum ** 2 / members.length;
  let best: (Split & { readonly worth: number }) | null = null;
  for (const [column, order] of sorted.entries()) {
    let [low, lowSum, last] = [0, 0, NaN];
    for (const member of order) {
      if (!isMember.has(member)) continue;
      const cell = rows[member]?.[column] ?? 0;
      if (low > 0 && cell > last) {
        const gain = worth({ low, lowSum, all: members.length, sum }, 1);
        if (gain !== null && gain > (best?.worth ?? unsplit + 1e-12))
          best = { column, at: between(last, cell), worth: gain };
      }
      low += 1;
      lowSum += targets[member] ?? 0;
      last = cell;
    }
  }
  return best;
}

/** Half-way, but below the second even where nothing is between. */
function between(low: number, high: number): number {
  const middle = (low + high) / 2;
  return middle < high ? middle : low;
}
