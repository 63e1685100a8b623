import type { MersenneTwister } from './mersenne-twister.ts';

/**
 * CPython's `random.sample(range(size), count)`: the same numbers in the same order. A small range is drawn from a shrinking pool, a
 * large one by rejection of what was drawn before; which is which is CPython's rule of the memory that a set takes.
 */
export function sample(random: MersenneTwister, size: number, count: number): readonly number[] {
  if (count < 0 || count > size) throw new Error(`Expected a count from 0 to ${size}, got ${count}`);
  return size <= setSize(count) ? fromPool(random, size, count) : byRejection(random, size, count);
}

function setSize(count: number): number {
  return 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
}

function fromPool(random: MersenneTwister, size: number, count: number): readonly number[] {
  const pool = Array.from({ length: size }, (_, index) => index);
  return Array.from({ length: count }, (_, drawn) => {
    const at = random.below(size - drawn);
    const chosen = pool[at] ?? 0;
    pool[at] = pool[size - drawn - 1] ?? 0;
    return chosen;
  });
}

function byRejection(random: MersenneTwister, size: number, count: number): readonly number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.below(size));
  return [...chosen];
}
