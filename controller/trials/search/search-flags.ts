import { isList, type Value } from '#protocol';
import type { Flags } from '../flags.ts';
import { isFlagFunction } from '../functions/flag-function.ts';

/**
 * The flags that a search runs over: those that the user left alone are replaced by what the operation says of them, choices or
 * `DIST[min:max:default]`; what the user set stays, be it a value, a list or a search space.
 */
export function searchFlags(flags: Flags, space: Flags, isUserFlag: (name: string) => boolean): Flags {
  return new Map(
    [...flags].map(([name, value]) => [name, isUserFlag(name) ? value : (space.get(name) ?? value)]),
  );
}

/** True for a value of more than one trial: a list or a search space. */
export function isSearched(value: Value): boolean {
  return isList(value) || isFlagFunction(value);
}
