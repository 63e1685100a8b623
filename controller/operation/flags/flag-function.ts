import type { Value } from '../value.ts';

const NAMED = /^[\w.-]+\[[^\]]*\]$/;
const ANONYMOUS = /^\[[^\],]*:[^\],]*\]$/;

/** A search space that stayed text: `[lo:hi]`, `uniform[lo:hi]`, `loguniform[lo:hi]` and the like. Sequences became lists when they were read. */
export function isFlagFunction(value: Value): boolean {
  return typeof value === 'string' && (NAMED.test(value) || ANONYMOUS.test(value));
}
