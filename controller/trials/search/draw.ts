import type { Value } from '#protocol';
import type { MersenneTwister } from '../random/mersenne-twister.ts';
import type { Dimension } from './dimension.ts';

/**
 * A value of a dimension at random. What one draw takes from the generator is fixed for ever, so that a seed always gives the same
 * trials: choices and whole numbers take one `below`, real ones one `random`.
 */
export function draw(dimension: Dimension, random: MersenneTwister): Value {
  switch (dimension.kind) {
    case 'choice':
      return dimension.values[random.below(dimension.values.length)] ?? null;
    case 'int':
      return BigInt(dimension.low + random.below(dimension.high - dimension.low + 1));
    case 'real':
      return within(dimension, dimension.low + (dimension.high - dimension.low) * random.random());
    case 'log': {
      const [low, high] = [Math.log(dimension.low), Math.log(dimension.high)];
      return within(dimension, Math.exp(low + (high - low) * random.random()));
    }
  }
}

/** Rounding may pass a bound by an ulp. */
function within({ low, high }: { readonly low: number; readonly high: number }, value: number): number {
  return Math.min(Math.max(value, low), high);
}
