/** Paths in the order of their UTF-8 bytes, in which Guild's digest takes them. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  // UTF-16 and UTF-8 agree on the order except above the basic plane.
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return comparePaths(a.path, b.path);
}

const SURROGATE = /[\ud800-\udfff]/;
