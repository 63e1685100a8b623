import type { Row } from '../space.ts';

/** A split of rows by one column, with both sides; or what is at its end. All of one shape: a forest walks through millions. */
export interface Tree<Leaf> {
  readonly column: number;
  readonly at: number;
  readonly low: Tree<Leaf> | null;
  readonly high: Tree<Leaf> | null;
  readonly leaf: Leaf;
}

export interface Split {
  readonly column: number;
  /** Rows with that much or less go to the low side. */
  readonly at: number;
}

export interface Growing<Leaf> {
  readonly rows: readonly Row[];
  /** Which column is split where, for the rows with these indexes; null where no split is worth it. */
  readonly split: (members: readonly number[]) => Split | null;
  readonly leaf: (members: readonly number[]) => Leaf;
  readonly depth: number;
}

/** Nobody reads what a split has for a leaf. */
const NO_LEAF: unknown = null;

/** Grows a tree over the rows with these indexes. */
export function growTree<Leaf>(members: readonly number[], growing: Growing<Leaf>): Tree<Leaf> {
  const { rows, split, leaf, depth } = growing;
  const chosen = depth > 0 && members.length > 1 ? split(members) : null;
  if (chosen === null) return { column: 0, at: 0, low: null, high: null, leaf: leaf(members) };
  const { column, at } = chosen;
  const isLow = (member: number) => (rows[member]?.[column] ?? 0) <= at;
  const deeper = { ...growing, depth: depth - 1 };
  return {
    column,
    at,
    low: growTree(members.filter(isLow), deeper),
    high: growTree(
      members.filter((member) => !isLow(member)),
      deeper,
    ),
    leaf: NO_LEAF as Leaf,
  };
}

/** What a tree says of a row. */
export function leafOf<Leaf>(tree: Tree<Leaf>, row: Row): Leaf {
  let here = tree;
  for (;;) {
    const next: Tree<Leaf> | null = (row[here.column] ?? 0) <= here.at ? here.low : here.high;
    if (next === null) return here.leaf;
    here = next;
  }
}

/** How well a split tells targets apart: the larger, the less they vary on its two sides. Null where a side has too few. */
export function worth(
  { low, lowSum, all, sum }: Readonly<Record<'low' | 'lowSum' | 'all' | 'sum', number>>,
  least: number,
): number | null {
  const high = all - low;
  if (low < least || high < least) return null;
  return lowSum ** 2 / low + (sum - lowSum) ** 2 / high;
}
