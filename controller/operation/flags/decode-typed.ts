import { parsePythonFloat, parsePythonInt } from '#protocol';
import type { Value } from '../value.ts';
import { decodeFlag, isFlagFunction } from '#controller/trials';
import type { FlagDef } from './flag-def.ts';

/** Text typed for a flag, by the flag's type first: text stays text unless it looks like a list, a map or quoted; then as any value is read. */
export function decodeTyped(text: string, flag: FlagDef | undefined): Value {
  switch (flag?.type) {
    case 'string':
    case 'path':
    case 'existing-path':
      return /^[['"{]/.test(text) || isFlagFunction(text) ? decodeFlag(text) : text;
    case 'boolean':
      return decodeBoolean(text) ?? decodeFlag(text);
    case 'int':
      return parsePythonInt(text) ?? decodeFlag(text);
    case 'float':
      // An int typed for a float is one: Python's float("1") is 1.0.
      return parsePythonFloat(text) ?? decodeFlag(text);
    case 'number':
      return parsePythonInt(text) ?? parsePythonFloat(text) ?? decodeFlag(text);
    case null:
    case undefined:
      return decodeFlag(text);
  }
}

/** true/false, yes/no, on/off and 1/0, in any case; null for anything else. */
export function decodeBoolean(text: string): boolean | null {
  if (/^(?:true|yes|on|1)$/i.test(text)) return true;
  if (/^(?:false|no|off|0)$/i.test(text)) return false;
  return null;
}
