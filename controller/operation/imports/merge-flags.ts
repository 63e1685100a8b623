import type { FlagDef } from '../flags/flag-def.ts';
import type { OperationDef } from '../operation-def.ts';

/** The operation's own flags and those of its script that it wants; an attribute that guild.yml gives wins over the script's. */
export function mergeFlags(
  { flags, flagsImport, flagsImportSkip }: Pick<OperationDef, 'flags' | 'flagsImport' | 'flagsImportSkip'>,
  imported: ReadonlyMap<string, FlagDef>,
): ReadonlyMap<string, FlagDef> {
  const merged = new Map<string, FlagDef>();
  const renamed = byArgument(flags);
  for (const [script, flag] of imported) {
    if (flagsImportSkip.includes(script)) continue;
    const own = flags.get(script) ?? renamed.get(flag.command.argName ?? script);
    const name = own?.name ?? script;
    const wanted =
      flagsImport === 'all' ||
      (flagsImport === 'defined' ? own !== undefined : own !== undefined || flagsImport.includes(script));
    if (wanted) merged.set(name, own === undefined ? flag : overlay(own, flag));
  }
  for (const [name, flag] of flags) if (!merged.has(name)) merged.set(name, flag);
  return merged;
}

/** Flags of guild.yml by the argument that they are passed as, where that isn't their name: each stands for the script's flag of that argument. */
function byArgument(flags: ReadonlyMap<string, FlagDef>): ReadonlyMap<string, FlagDef> {
  return new Map(
    [...flags.values()].flatMap((flag) =>
      flag.command.argName === undefined || flag.command.argName === flag.name
        ? []
        : [[flag.command.argName, flag] as const],
    ),
  );
}

function overlay(own: FlagDef, script: FlagDef): FlagDef {
  return {
    name: own.name,
    default: own.default ?? script.default,
    scriptDefault: own.default === null && script.scriptDefault,
    description: own.description || script.description,
    type: own.type ?? script.type,
    required: own.required || script.required,
    choices: own.choices.length > 0 ? own.choices : script.choices,
    allowOther: own.allowOther || script.allowOther,
    min: own.min ?? script.min,
    max: own.max ?? script.max,
    distribution: own.distribution ?? script.distribution,
    alias: own.alias ?? script.alias,
    nullLabel: own.nullLabel ?? script.nullLabel,
    command: { ...script.command, ...own.command },
    extra: own.extra,
  };
}
