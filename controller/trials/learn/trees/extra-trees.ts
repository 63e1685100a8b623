import type { Fit } from '../surrogate.ts';
import { joined } from '../surrogate.ts';
import type { MersenneTwister } from '../../random/mersenne-twister.ts';
import type { Row } from '../space.ts';
import { growTree, leafOf, worth, type Split, type Tree } from './regression-tree.ts';

const TREES = 64;
/** Rows at an end of a tree, at the least. */
const LEAST = 1;
const DEEPEST = 30;

interface Leaf {
  readonly mean: number;
  readonly variance: number;
}

/**
 * A forest of extremely randomised trees (Geurts, Ernst and Wehenkel 2006): each splits at the best of one random place a column. How
 * unsure it is, is how much its trees differ and what they don't explain (Hutter et al. 2014, equation 3).
 */
export const forestFit: Fit = ({ learned, assumed, random }) => {
  const { rows, values } = joined(learned, assumed);
  const all = rows.map((_, index) => index);
  const trees = Array.from({ length: TREES }, () =>
    growTree<Leaf>(all, {
      rows,
      split: (members) => randomSplit(members, { rows, values, random }),
      leaf: (members) => leafAt(members, values),
      depth: DEEPEST,
    }),
  );
  return { predict: (row) => spread(trees, row) };
};

function spread(trees: readonly Tree<Leaf>[], row: Row): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (const tree of trees) {
    const { mean, variance } = leafOf(tree, row);
    sum += mean;
    squares += mean * mean + variance;
  }
  const mean = sum / trees.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / trees.length - mean * mean)) };
}

interface Data {
  readonly rows: readonly Row[];
  readonly values: readonly number[];
  readonly random: MersenneTwister;
}

function randomSplit(members: readonly number[], { rows, values, random }: Data): Split | null {
  const sum = members.reduce((total, member) => total + (values[member] ?? 0), 0);
  let best: (Split & { readonly worth: number }) | null = null;
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    let [least, most] = [Infinity, -Infinity];
    for (const member of members) {
      const cell = rows[member]?.[column] ?? 0;
      least = Math.min(least, cell);
      most = Math.max(most, cell);
    }
    if (least === most) continue;
    const at = least + (most - least) * random.random();
    let [low, lowSum] = [0, 0];
    for (const member of members) {
      if ((rows[member]?.[column] ?? 0) > at) continue;
      low += 1;
      lowSum += values[member] ?? 0;
    }
    const gain = worth({ low, lowSum, all: members.length, sum }, LEAST);
    if (gain !== null && (best === null || gain > best.worth)) best = { column, at, worth: gain };
  }
  return best;
}

function leafAt(members: readonly number[], values: readonly number[]): Leaf {
  const own = members.map((member) => values[member] ?? 0);
  const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
  return { mean, variance: own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length };
}
