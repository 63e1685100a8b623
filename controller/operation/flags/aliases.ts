import { isList, sameValue, type Flags, type Value } from '../value.ts';
import type { FlagDef } from './flag-def.ts';

type Defs = ReadonlyMap<string, FlagDef>;

/** The names of flags by their aliases. */
export function flagAliases(defs: Defs): ReadonlyMap<string, string> {
  return new Map([...defs.values()].flatMap(({ alias, name }) => (alias === null ? [] : [[alias, name]])));
}

/** The value that a choice's alias stands for; any other value as it is. */
export function choiceAlias(value: Value, def: FlagDef | undefined): Value {
  if (isList(value)) return value.map((item) => choiceAlias(item, def));
  const found = def?.choices.find(({ alias }) => alias !== undefined && sameValue(alias, value));
  return found === undefined ? value : found.value;
}

/** What the chosen values of flags set for other flags. */
export function choiceFlags(flags: Flags, defs: Defs): Map<string, Value> {
  const set = new Map<string, Value>();
  for (const [name, def] of defs) {
    if (def.choices.length === 0 || !flags.has(name)) continue;
    const value = flags.get(name) ?? null;
    const chosen = def.choices.find((choice) => sameValue(choice.value, value));
    for (const [other, otherValue] of chosen?.flags ?? []) set.set(other, otherValue);
  }
  return set;
}
