/** Devices by name: `GPU 1`, `GPUs 0–2, 5`; parts of a device (`0:1`) one by one. */
export function gpuList(names: readonly string[]): string {
  const numbers = names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.last === number - 1) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  const words = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}–${last}`));
  const parts = names.filter((name) => !/^\d+$/.test(name));
  return `${names.length === 1 ? 'GPU' : 'GPUs'} ${[...words, ...parts].join(', ')}`;
}
