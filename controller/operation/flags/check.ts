import { UserError } from '#protocol';
import { splitParts } from '../command/flag-args.ts';
import { encodeValue, isList, sameValue, type Flags, type Value } from '../value.ts';
import { isFlagFunction } from '#controller/trials';
import type { FlagDef } from './flag-def.ts';
import { nearest } from './nearest.ts';

/** Throws when a user named a flag that the operation doesn't have. Errors: `unknown-flag`. */
export function checkNames(userFlags: Flags, defs: ReadonlyMap<string, FlagDef>, opspec: string): void {
  for (const name of userFlags.keys()) {
    if (defs.has(name)) continue;
    const near = nearest(name, [...defs.keys()]);
    throw new UserError({
      code: 'unknown-flag',
      message: `unsupported flag '${name}'${near === null ? '' : ` (did you mean ${near}?)`}`,
      hint: `Try 'sortie run ${opspec} --help-op' for a list of flags or use --force-flags to skip this check.`,
    });
  }
}

/** Throws when a flag was given by its name and by its alias too. Errors: `flag-twice`. */
export function assertNamedOnce(twice: readonly string[], aliases: ReadonlyMap<string, string>): void {
  const [alias] = twice;
  if (alias === undefined) return;
  const name = aliases.get(alias) ?? '';
  throw new UserError({
    code: 'flag-twice',
    message: `flag '${name}' and its alias '${alias}' cannot both be given`,
    hint: 'Give it once, or pass both as they are with --force-flags.',
  });
}

/** Checks values against choices, ranges and paths, then that nothing required is missing. `exists` says whether a path is there. Errors: `bad-flag-value`, `missing-flags`. */
export function checkValues(
  flags: Flags,
  defs: ReadonlyMap<string, FlagDef>,
  exists: (path: string) => boolean,
): void {
  for (const def of defs.values()) {
    const value = flags.get(def.name) ?? null;
    for (const item of elements(value, def)) checkOne(item, def, exists);
  }
  const missing = [...defs.values()].filter(({ name, required }) => {
    const value = flags.get(name) ?? null;
    return required && (value === null || value === '');
  });
  if (missing.length === 0) return;
  const lines = missing.map(({ name, description }) => `  ${name}${description && `  ${description}`}`);
  throw new UserError({
    code: 'missing-flags',
    message: `operation requires the following missing flags:\n\n${lines.join('\n')}\n`,
    hint: 'Run the command again with these flags specified as NAME=VAL.',
  });
}

function elements(value: Value, def: FlagDef): readonly Value[] {
  if (isList(value)) return value.flatMap((item) => elements(item, def));
  const split = def.command.argSplit;
  return split !== undefined && split !== false ? splitParts(value, split) : [value];
}

function checkOne(value: Value, def: FlagDef, exists: (path: string) => boolean): void {
  if (value === null || isFlagFunction(value)) return;
  if (
    def.choices.length > 0 &&
    !def.allowOther &&
    !def.choices.some((choice) => sameChoice(choice.value, value))
  )
    throw new UserError({
      code: 'bad-flag-value',
      message: `unsupported value for '${def.name}': ${encodeValue(value)}`,
      hint: `Supported values are: ${def.choices.map((choice) => encodeValue(choice.alias ?? choice.value)).join(', ')}`,
    });
  if (def.type === 'existing-path' && typeof value === 'string' && !exists(value))
    throw bad(def, value, `${value} does not exist`);
  if (below(value, def.min)) throw bad(def, value, `out of range (less than min ${encodeValue(def.min)})`);
  if (below(def.max, value)) throw bad(def, value, `out of range (greater than max ${encodeValue(def.max)})`);
}

/** Python holds 1 and 1.0 to be equal, and so do choices. */
function sameChoice(a: Value, b: Value): boolean {
  return sameValue(a, b) || (isNumber(a) && isNumber(b) && Number(a) === Number(b));
}

function below(a: Value, b: Value): boolean {
  return isNumber(a) && isNumber(b) && a < b;
}

function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function bad(def: FlagDef, value: Value, why: string): UserError {
  return new UserError({
    code: 'bad-flag-value',
    message: `invalid value ${encodeValue(value)} for ${def.name}: ${why}`,
  });
}
