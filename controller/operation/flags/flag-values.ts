import type { FlagSources } from './flag-sources.ts';
import type { Flags, Value } from '../value.ts';
import { choiceAlias, choiceFlags, flagAliases } from './aliases.ts';
import { assertNamedOnce, checkNames, checkValues } from './check.ts';
import { coerceFlag, type CoerceContext } from './coerce.ts';
import { decodeTyped } from './decode-typed.ts';
import type { FlagDef } from './flag-def.ts';

export interface FlagValues {
  /** All flags, defaults filled in, by name in order. */
  readonly flags: Flags;
  readonly userFlags: Flags;
}

export interface FlagValueOptions extends CoerceContext {
  readonly opspec: string;
  readonly force: boolean;
  readonly exists: (path: string) => boolean;
  /** Flags that each row of a batch file gives: none of them is missing. */
  readonly givenByRows?: ReadonlySet<string>;
}

/**
 * What the flags are: the user's words over what a prototype or a batch file of one row gave, over defaults, with aliases, choices' own flags and
 * types applied, and all checked unless forced. Errors: those of `checkNames`, `checkValues` and `coerceFlag`.
 */
export function flagValues(
  { typed, given }: FlagSources,
  defs: ReadonlyMap<string, FlagDef>,
  options: FlagValueOptions,
): FlagValues {
  const aliases = flagAliases(defs);
  const twice = [...typed.keys()].filter((word) => typed.has(aliases.get(word) ?? ''));
  if (!options.force) assertNamedOnce(twice, aliases);
  // Forced, both are passed as they were typed.
  const names = new Map([...aliases].filter(([alias]) => !twice.includes(alias)));
  const userFlags = new Map<string, Value>();
  for (const [word, text] of typed) {
    const name = names.get(word) ?? word;
    const def = defs.get(name);
    userFlags.set(name, choiceAlias(decodeTyped(text, def), def));
  }
  if (!options.force) checkNames(userFlags, defs, options.opspec);
  const flags = new Map<string, Value>();
  for (const [name, def] of defs) flags.set(name, choiceAlias(def.default, def));
  for (const [name, value] of [...given, ...userFlags]) flags.set(name, value);
  for (const [name, value] of choiceFlags(flags, defs))
    if (!userFlags.has(name) && !given.has(name)) flags.set(name, value);
  for (const [name, value] of flags) {
    const def = defs.get(name);
    const untouched = def?.scriptDefault === true && value === def.default && !userFlags.has(name);
    if (!untouched) flags.set(name, coerced(value, def, options));
  }
  if (!options.force) {
    const { givenByRows = new Set<string>() } = options;
    checkValues(flags, givenByRows.size === 0 ? defs : notRequired(defs, givenByRows), options.exists);
  }
  const sorted = new Map([...flags].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    flags: sorted,
    userFlags: new Map([...userFlags.keys()].map((name) => [name, flags.get(name) ?? null])),
  };
}

function coerced(value: Value, def: FlagDef | undefined, options: FlagValueOptions): Value {
  try {
    return coerceFlag(value, def, options);
  } catch (error) {
    if (options.force) return value;
    throw error;
  }
}

function notRequired(defs: ReadonlyMap<string, FlagDef>, names: ReadonlySet<string>): Map<string, FlagDef> {
  return new Map([...defs].map(([name, def]) => [name, names.has(name) ? { ...def, required: false } : def]));
}
