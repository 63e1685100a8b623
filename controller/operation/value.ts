import { isMap, type Value } from '#protocol';

export {
  decodeValue,
  dumpYaml,
  encodeValue,
  isList,
  isMap,
  loadYaml,
  sameValue,
  type Value,
  type ValueMap,
} from '#protocol';
/** Flag names and their values. */
export type Flags = ReadonlyMap<string, Value>;

export function mapOf(value: Value | undefined): ReadonlyMap<string, Value> {
  return new Map(isMap(value) ? Object.entries(value) : []);
}

export function objectOf<T>(map: ReadonlyMap<string, T>): { [key: string]: T } {
  return Object.fromEntries(map);
}
