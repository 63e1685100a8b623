import { decodeValue, dumpYaml, encodeValue, loadYaml, type Value } from './values-here.ts';

export { decodeValue, dumpYaml, encodeValue, loadYaml, type Value };
/** Flag names and their values. */
export type Flags = ReadonlyMap<string, Value>;
export type ValueMap = { readonly [key: string]: Value };

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** A mapping of a YAML document. */
export function isMap(value: Value | undefined): value is ValueMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}

/** The same type and the same value: 1 and 1.0 are two things. */
export function sameValue(a: Value, b: Value): boolean {
  return typeof a === typeof b && encodeValue(a) === encodeValue(b);
}

export function mapOf(value: Value | undefined): ReadonlyMap<string, Value> {
  return new Map(isMap(value) ? Object.entries(value) : []);
}

export function objectOf<T>(map: ReadonlyMap<string, T>): { [key: string]: T } {
  return Object.fromEntries(map);
}
