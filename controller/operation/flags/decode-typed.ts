import { decodeValue, type Value } from '../value.ts';
import { isFlagFunction } from './flag-function.ts';
import type { FlagDef } from './flag-def.ts';

const NUMBER = /^\s*[+-]?(?:\d+(?:_\d+)*\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|infinity|nan)\s*$/i;

/** Text typed for a flag, by the flag's type first: text stays text unless it looks like a list, a map or quoted; then as any value is read. */
export function decodeTyped(text: string, flag: FlagDef | undefined): Value {
  // A search space is not the list of one word that YAML takes it for.
  if (isFlagFunction(text)) return text;
  switch (flag?.type) {
    case 'string':
    case 'path':
    case 'existing-path':
      return /^[['"{]/.test(text) ? decodeValue(text) : text;
    case 'boolean':
      return decodeBoolean(text) ?? decodeValue(text);
    case 'float':
      // An int typed for a float is one: Python's float("1") is 1.0.
      return NUMBER.test(text) && !text.includes('_') ? toFloat(decodeValue(text)) : decodeValue(text);
    case 'int':
    case 'number':
    case null:
    case undefined:
      return decodeValue(text);
  }
}

function toFloat(value: Value): Value {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** true/false, yes/no, on/off and 1/0, in any case; null for anything else. */
export function decodeBoolean(text: string): boolean | null {
  if (/^(?:true|yes|on|1)$/i.test(text)) return true;
  if (/^(?:false|no|off|0)$/i.test(text)) return false;
  return null;
}
