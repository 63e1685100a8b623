import { isList, PyDate, type Value } from '#protocol';
import { ensure } from './fuzz.ts';

/** Throws unless something is a value through and through, and its mappings are plain ones. */
export function ensureValue(given: Value): void {
  const left: unknown[] = [given];
  const seen = new Set<object>();
  while (left.length > 0) {
    const value = left.pop() as Value;
    if (value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value)) continue;
    ensure(typeof value === 'object', `a value, got ${typeof value}`);
    if (value instanceof PyDate || seen.has(value as object)) continue;
    seen.add(value as object);
    if (isList(value)) left.push(...(value.length > 10_000 ? value.slice(0, 10_000) : value));
    else {
      ensure(Object.getPrototypeOf(value) === Object.prototype, 'a mapping with no prototype of its own');
      left.push(...Object.values(value as object));
    }
  }
}

/** Throws unless it is null or a finite number. */
export function ensureMeasure(value: number | null): void {
  ensure(value === null || Number.isFinite(value), `null or a finite number, got ${String(value)}`);
}
