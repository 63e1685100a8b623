import { parse, stringify } from 'yaml';

/** A flag's or an attribute's value. `bigint` is Python's int, `number` its float. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly Value[]
  | { readonly [key: string]: Value };

const INT = /^\s*[+-]?\d+\s*$/;
const FLOAT = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** Text as typed for a flag. */
export function decodeValue(text: string): Value {
  if (INT.test(text)) return BigInt(text.trim().replace(/^\+/, ''));
  if (FLOAT.test(text)) return Number(text);
  try {
    return loadYaml(text);
  } catch {
    return text;
  }
}

/** A YAML document. */
export function loadYaml(text: string): Value {
  return typed(parse(text, { version: '1.1', intAsBigInt: true }));
}

function typed(value: unknown): Value {
  if (value === undefined) return null;
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (Array.isArray(value)) return value.map(typed);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typed(item)]));
  if (typeof value === 'string' && /^[+-]?\d+(?:\.\d*)?e[+-]?\d+$/i.test(value)) return Number(value);
  return value as Value;
}

const OPTIONS = { version: '1.1', sortMapEntries: true, lineWidth: 80 } as const;

/** A value as one line shows it. */
export function encodeValue(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e16) return value.toFixed(1);
  return stringify(value, { ...OPTIONS, collectionStyle: 'flow', lineWidth: 0, singleQuote: true }).trimEnd();
}

/** A value as an attribute's file has it. */
export function dumpYaml(value: Value): string {
  return stringify(value, OPTIONS);
}
