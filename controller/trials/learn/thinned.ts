/**
 * At most so many of the items: half of them the best, whose values are the lowest, the others evenly from the rest. What a model costs
 * grows faster than what it has to learn from.
 */
export function thinned<T>(
  items: readonly T[],
  valueOf: (item: T, index: number) => number,
  most: number,
): readonly T[] {
  if (items.length <= most) return items;
  const sorted = items
    .map((item, index) => ({ item, index, value: valueOf(item, index) }))
    .sort((a, b) => a.value - b.value || a.index - b.index);
  const best = sorted.slice(0, Math.ceil(most / 2));
  const rest = sorted.slice(best.length);
  const places = most - best.length;
  const others = Array.from({ length: places }, (_, i) => rest[Math.floor((i * rest.length) / places)]);
  return [...best, ...others].flatMap((each) => (each === undefined ? [] : [each.item]));
}
