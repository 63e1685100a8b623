import { compareText, isList, usageError, type Value } from '#protocol';
import type { Flags } from './flags.ts';

/** A product of flag lists that isn't laid out: any of its trials is made when it is asked for, so that a sample of a huge grid costs no more than its size. */
export interface Grid {
  readonly size: number;
  /** The trial at a place from 0; the last flag by name varies fastest. */
  readonly at: (index: number) => Flags;
}

/** The cartesian product of the lists among the flags, in Guild's order: flags by name, the last one fastest. An empty list makes an empty grid. Errors: `grid-too-large`. */
export function gridOf(flags: Flags): Grid {
  // The rows of a batch file mostly have no list, and there may be many of them.
  if (!hasList(flags)) return { size: 1, at: () => flags };
  const axes = [...flags]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, value]) => ({ name, values: isList(value) ? value : [value] }));
  const size = axes.reduce((product, { values }) => product * values.length, 1);
  checkSize(size);
  return {
    size,
    at: (index) => {
      const trial: [string, Value][] = [];
      let rest = index;
      for (let axis = axes.length - 1; axis >= 0; axis--) {
        const { name, values } = axes[axis] ?? { name: '', values: [] };
        trial[axis] = [name, values[rest % values.length] ?? null];
        rest = Math.floor(rest / values.length);
      }
      return new Map(trial);
    },
  };
}

/** Several grids, one after the other. Errors: `grid-too-large`. */
export function joinGrids(grids: readonly Grid[]): Grid {
  const starts: number[] = [];
  let size = 0;
  for (const grid of grids) {
    starts.push(size);
    size += grid.size;
  }
  checkSize(size);
  return {
    size,
    at: (index) => {
      const place = lastAtMost(starts, index);
      return grids[place]?.at(index - (starts[place] ?? 0)) ?? new Map();
    },
  };
}

function checkSize(size: number): void {
  if (size <= Number.MAX_SAFE_INTEGER) return;
  throw usageError({
    code: 'grid-too-large',
    message: `the flag lists make ${size.toExponential(1)} trials`,
    hint: 'Use shorter lists, or search at random with --optimizer random.',
  });
}

/** The last place whose start is at most `index`; empty grids, which start where the next one does, are passed over. */
function lastAtMost(starts: readonly number[], index: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function hasList(flags: Flags): boolean {
  for (const value of flags.values()) if (isList(value)) return true;
  return false;
}
