import type { Flags } from '../flags.ts';

/**
 * The flags that a search runs over: those that the user left alone are replaced by what the operation says of them, choices or
 * `DIST[min:max:default]`; what the user set stays, be it a value, a list or a search space.
 */
export function searchFlags(flags: Flags, space: Flags, isUserFlag: (name: string) => boolean): Flags {
  return new Map(
    [...flags].map(([name, value]) => [name, isUserFlag(name) ? value : (space.get(name) ?? value)]),
  );
}
