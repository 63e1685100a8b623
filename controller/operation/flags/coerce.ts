import { isAbsolute, join, normalize } from 'node:path';
import { parsePythonFloat, parsePythonInt, UserError } from '#protocol';
import { encodeValue, isList, type Value } from '../value.ts';
import { decodeBoolean } from './decode-typed.ts';
import type { FlagDef, FlagType } from './flag-def.ts';
import { splitParts } from '../command/flag-args.ts';
import { isFlagFunction } from '#controller/trials';

export interface CoerceContext {
  /** Relative paths are taken from here. */
  readonly cwd: string;
  readonly home: string | undefined;
}

/** A value in its flag's type; lists element by element, functions and null as they are. Errors: `bad-flag-value`. */
export function coerceFlag(value: Value, flag: FlagDef | undefined, context: CoerceContext): Value {
  if (flag === undefined || flag.type === null || value === null || isFlagFunction(value)) return value;
  const { type } = flag;
  if (isList(value)) return value.map((item) => coerceFlag(item, flag, context));
  if (flag.command.argSplit !== undefined && flag.command.argSplit !== false && typeof value === 'string') {
    for (const part of splitParts(value, flag.command.argSplit))
      coerceOne(part, type, { name: flag.name, ...context });
    return value;
  }
  return coerceOne(value, type, { name: flag.name, ...context });
}

function coerceOne(value: Value, type: FlagType, context: CoerceContext & { readonly name: string }): Value {
  const coerced = convert(value, type, context);
  if (coerced === undefined)
    throw new UserError({
      code: 'bad-flag-value',
      message: `invalid value ${encodeValue(value)} for ${context.name}: invalid value for type '${type}'`,
      hint: isOpenList(value)
        ? `Its ] is missing: ${context.name}=${value}]`
        : type === 'boolean'
          ? 'A boolean is true or false, yes or no, on or off, 1 or 0.'
          : undefined,
    });
  return coerced;
}

function isOpenList(value: Value): value is string {
  return typeof value === 'string' && value.startsWith('[') && !value.trimEnd().endsWith(']');
}

/** Undefined when the value can't be of that type. */
function convert(value: Value, type: FlagType, context: CoerceContext): Value | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : encodeValue(value);
    case 'int':
      if (typeof value === 'boolean') return value ? 1n : 0n;
      if (typeof value === 'string') return parsePythonInt(value);
      return typeof value === 'bigint' ? value : undefined;
    case 'float':
    case 'number':
      return number(value, type);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (typeof value === 'bigint' || typeof value === 'string')
        return decodeBoolean(String(value)) ?? undefined;
      return undefined;
    case 'path':
    case 'existing-path':
      return typeof value === 'string' ? absolute(value, context) : undefined;
  }
}

function number(value: Value, type: 'float' | 'number'): Value | undefined {
  if (typeof value === 'boolean') return type === 'float' ? Number(value) : BigInt(value);
  if (typeof value === 'bigint') return type === 'float' ? Number(value) : value;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  return (type === 'number' ? parsePythonInt(value) : undefined) ?? parsePythonFloat(value);
}

function absolute(path: string, { cwd, home }: CoerceContext): string {
  if (path === '') return path;
  const expanded = home !== undefined && /^~(?=\/|$)/.test(path) ? home + path.slice(1) : path;
  return isAbsolute(expanded) ? normalize(expanded) : join(cwd, expanded);
}
