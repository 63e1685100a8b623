/** The cells of a line of `nvidia-smi --format=csv`: none of the fields asked for can hold a comma but the last, a process's name. */
export function cells(line: string, count: number): string[] | null {
  const parts = line.split(',').map((cell) => cell.trim());
  if (parts.length < count) return null;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(', ')];
}

/** A number, or null for `[N/A]`, `[Not Supported]`, `[Unknown Error]` and whatever else stands there. Units that slipped in are passed over. */
export function measure(cell: string | undefined): number | null {
  const found = /^-?\d{1,15}(?:\.\d+)?(?=\s*(?:[A-Za-z%]+)?$)/.exec(cell ?? '');
  return found === null ? null : Number(found[0]);
}
