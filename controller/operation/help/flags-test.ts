import type { FlagDef } from '../flags/flag-def.ts';
import { formatFlagsDest, type FlagsDest } from '../operation.ts';
import type { OperationDef } from '../operation-def.ts';
import { dumpYaml, objectOf, type Value } from '../value.ts';

/** `--test-flags`: where flags come from and go to, and each flag's whole definition, as YAML. */
export function flagsTest({
  def,
  flags,
  dest,
}: {
  readonly def: OperationDef;
  readonly flags: ReadonlyMap<string, FlagDef>;
  readonly dest: FlagsDest | null;
}): string {
  const shown: Record<string, Value> = {
    'flags-dest': dest === null ? null : formatFlagsDest(dest),
    'flags-import': def.flagsImport === 'defined' ? null : def.flagsImport,
    'flags-import-skip': def.flagsImportSkip,
    flags: Object.fromEntries([...flags.values()].map((flag) => [flag.name, flagFacts(flag)])),
  };
  return dumpYaml(shown);
}

function flagFacts(flag: FlagDef): Value {
  const { command } = flag;
  const facts: Record<string, Value | undefined> = {
    default: flag.default,
    type: flag.type,
    required: flag.required,
    'arg-name': command.argName,
    'arg-skip': command.argSkip,
    'arg-switch': command.argSwitch,
    'arg-split': command.argSplit,
    'env-name': command.envName,
    choices: flag.choices.map(({ value }) => value),
    'allow-other': flag.allowOther,
    distribution: flag.distribution,
    max: flag.max,
    min: flag.min,
    'null-label': flag.nullLabel,
    alias: flag.alias,
    extra: objectOf(flag.extra),
  };
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]): [string, Value] => [name, value ?? null]),
  );
}
