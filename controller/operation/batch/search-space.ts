import type { FlagDef } from '../flags/flag-def.ts';
import { encodeValue, type Flags, type Value } from '../value.ts';

/** What a search may draw from for flags that the user left alone: their choices, or `DIST[min:max:default]` where both bounds are known. */
export function searchSpace(
  defs: ReadonlyMap<string, FlagDef>,
  userFlags: Flags,
): ReadonlyMap<string, Value> {
  const space = new Map<string, Value>();
  for (const [name, { choices, min, max, distribution, default: initial }] of defs) {
    if (userFlags.has(name)) continue;
    if (choices.length > 0)
      space.set(
        name,
        choices.map(({ value }) => value),
      );
    else if (min !== null && max !== null) {
      const bounds = [min, max, ...(initial === null ? [] : [initial])]
        .map((value) => encodeValue(value))
        .join(':');
      space.set(name, `${distribution ?? 'uniform'}[${bounds}]`);
    }
  }
  return space;
}
