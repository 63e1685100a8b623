import type { Value, ValueMap } from '../value.ts';

/** A place in a file; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where each key of each mapping stands. Kept beside the values, so that those stay plain. */
const places = new WeakMap<object, Map<string, Position>>();

export function notePosition(map: ValueMap, key: string, position: Position): void {
  const keys = places.get(map) ?? new Map<string, Position>();
  keys.set(key, position);
  places.set(map, keys);
}

/** Where a key stands, as far as known. */
export function positionOf(map: ValueMap, key: string): Position | null {
  return places.get(map)?.get(key) ?? null;
}

/** A mapping made from others, whose keys keep the places that they had there; earlier mappings win. */
export function withPositions(made: ValueMap, ...from: readonly ValueMap[]): ValueMap {
  for (const key of Object.keys(made)) {
    const source = from.find((map) => positionOf(map, key) !== null);
    const position = source === undefined ? null : positionOf(source, key);
    if (position !== null) notePosition(made, key, position);
  }
  return made;
}

/** A mapping with each value changed, or left out where the change gives undefined. */
export function mapEntries(
  map: ValueMap,
  change: (value: Value, key: string) => Value | undefined,
): ValueMap {
  const entries = Object.entries(map)
    .map(([key, value]) => [key, change(value, key)] as const)
    .filter((entry): entry is readonly [string, Value] => entry[1] !== undefined);
  return withPositions(Object.fromEntries(entries), map);
}

export function formatPosition({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
