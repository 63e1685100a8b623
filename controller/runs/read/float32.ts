/** No float32 needs more digits to be told from its neighbours. */
const MOST_DIGITS = 9;

/**
 * The number with the fewest digits that is the same as a float32: what was written to an events file as 1.6298 was read back as
 * 1.6297999620437622. Numbers that no float32 can hold stay as they are.
 */
export function shortestFloat32(value: number): number {
  const stored = Math.fround(value);
  if (!Number.isFinite(stored)) return value;
  for (let digits = 1; digits < MOST_DIGITS; digits += 1) {
    const short = Number(stored.toPrecision(digits));
    if (Math.fround(short) === stored) return short;
  }
  return Number(stored.toPrecision(MOST_DIGITS));
}
