/**
 * A flag's or an attribute's value, as Python has it: `bigint` is an int, `number` a float, a list or a mapping is read-only.
 * Keys of mappings are text; a key of another type in a YAML file becomes the text that shows it.
 */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | PyDate
  | readonly Value[]
  | { readonly [key: string]: Value };
export type ValueMap = { readonly [key: string]: Value };

/** A date or a time as Python's `isoformat` writes it: `2026-01-31`, `2026-01-31 12:30:45`, `2026-01-31 12:30:45.500000+02:00`. */
export class PyDate {
  readonly iso: string;

  constructor(iso: string) {
    this.iso = iso;
  }

  toString(): string {
    return this.iso;
  }
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PyDate);
}

/** The same type and the same value: 1 and 1.0 are two things, 0.0 and -0.0 too, NaN is itself. */
export function sameValue(a: Value, b: Value): boolean {
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index] ?? null));
  if (isMap(a)) {
    if (!isMap(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key] ?? null, b[key] ?? null))
    );
  }
  if (a instanceof PyDate) return b instanceof PyDate && a.iso === b.iso;
  return Object.is(a, b);
}

/** The order in which Python sorts text: by code point, where JavaScript sorts by UTF-16 unit. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Halves of a pair stand for code points above all single units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
