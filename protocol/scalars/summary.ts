import type { ScalarSummary } from '../run-state.ts';
import type { Scalar } from './steps.ts';

/** Adds a scalar to what is known of its tag. A value that is no number counts, but is neither least nor greatest. */
export function addScalar(before: ScalarSummary | undefined, { value, step }: Scalar): ScalarSummary {
  if (before === undefined)
    return { first: value, last: value, min: value, max: value, total: value, count: 1, step };
  return {
    first: before.first,
    last: value,
    min: pick(before.min, value, Math.min),
    max: pick(before.max, value, Math.max),
    total: before.total + value,
    count: before.count + 1,
    step,
  };
}

function pick(a: number, b: number, choose: (a: number, b: number) => number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : choose(a, b);
}
