import * as v from 'valibot';

/** A run's id: a UUID version 4 as 32 hex digits, as Guild makes them. */
export const RunId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'Expected a run id of 32 hex digits'));
export type RunId = v.InferOutput<typeof RunId>;

/** A SHA-256 as 64 hex digits: the name of a blob. */
export const Sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'Expected a SHA-256 of 64 hex digits'));
export type Sha256 = v.InferOutput<typeof Sha256>;

/** How people see a run's id: its first 8 digits. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
