const PLACES = 8;
/** From here on a float has no fraction. */
const WHOLE = 2 ** 52;

/** Guild's rounding of sequences: floats above 1e-8 to 8 decimals, ties to even as Python's `round` has it. */
export function roundItem(value: number): number {
  if (!(value > 1e-8) || value >= WHOLE) return value;
  const rounded = value.toFixed(PLACES);
  // JavaScript rounds a tie up. A tie at 8 decimals has exactly 9, all of which 30 decimals show.
  const isTie = /^\d+\.\d{8}50*$/.test(value.toFixed(30));
  if (!isTie || Number(rounded.at(-1)) % 2 === 0) return Number(rounded);
  return Number(value.toFixed(PLACES + 1).slice(0, -1));
}
