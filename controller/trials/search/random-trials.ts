import type { Value } from '#protocol';
import type { Flags } from '../flags.ts';
import { MersenneTwister } from '../random/mersenne-twister.ts';
import { axesOf } from './axes.ts';
import type { Dimension } from './dimension.ts';
import { draw } from './draw.ts';

export interface RandomSearch {
  /** Flags with lists and search spaces among them. */
  readonly flags: Flags;
  readonly count: number;
  readonly seed: bigint;
}

/**
 * Trials at random from the search spaces among the flags, the others fixed. Flags are drawn in the order of their names, trial by
 * trial: the first trials of a longer search are those of a shorter one. Initial values are taken by the first trial. Trials may repeat.
 * Errors: `no-search-dimensions`, `bad-search-space`.
 */
export function randomTrials({ flags, count, seed }: RandomSearch): readonly Flags[] {
  const axes = axesOf(flags);
  const random = new MersenneTwister(seed);
  return Array.from(
    { length: count },
    (_, index): Flags =>
      new Map(
        axes.map(({ name, value, dimension }) => [
          name,
          dimension === null ? value : pick(dimension, random, index === 0),
        ]),
      ),
  );
}

/** An initial value is drawn past, so that it doesn't move the draws that follow. */
function pick(dimension: Dimension, random: MersenneTwister, first: boolean): Value {
  const drawn = draw(dimension, random);
  return first && dimension.initial !== undefined ? dimension.initial : drawn;
}
