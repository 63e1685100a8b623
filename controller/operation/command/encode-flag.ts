import type { FlagsDest } from '../operation.ts';
import { encodeValue, isList, type Value } from '../value.ts';
import { quoteWord } from './shell-words.ts';

export type Encoding = readonly (readonly [Value, string])[];

/** A value as a word for a program that reads its arguments as text (argparse, click, `exec`). Numbers as Python writes them. */
export function encodeForArgs(value: Value, encoding?: Encoding): string {
  const mapped = lookUp(value, encoding);
  if (mapped !== undefined) return mapped;
  if (value === true) return '1';
  if (value === false || value === null) return '';
  if (typeof value === 'string') return value;
  if (isList(value)) return value.map((item) => quoteWord(encodeForArgs(item))).join(' ');
  if (typeof value === 'number') return pythonFloat(value);
  return encodeValue(value, { oneLine: true });
}

/** A value as a word for the Python wrapper, which reads YAML. */
export function encodeForGlobals(value: Value, encoding?: Encoding): string {
  return (
    lookUp(value, encoding) ??
    // A fold of long text would be read as part of it.
    (value === true ? 'true' : value === false ? 'false' : encodeValue(value, { oneLine: true }))
  );
}

/** The encoder that a destination wants; programs that aren't Python are given arguments. */
export function encoderFor(dest: FlagsDest | null): (value: Value, encoding?: Encoding) => string {
  switch (dest?.kind) {
    case 'globals':
    case 'global':
    case 'dict':
    case 'namespace':
      return encodeForGlobals;
    default:
      return encodeForArgs;
  }
}

function lookUp(value: Value, encoding: Encoding | undefined): string | undefined {
  if (encoding === undefined) return undefined;
  const wanted = encodeValue(value);
  return encoding.find(([from]) => encodeValue(from) === wanted)?.[1];
}

/** Python's `repr` of a float: `1e-05`, `0.1`, `1.0`, `inf`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= 16 || exponent < -4) {
    const sign = exponent < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text = Math.abs(value) >= 1e21 ? BigInt(value).toString() : plain(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** JavaScript switches to exponents below 1e-6, Python below 1e-4, so digits never have to be moved here. */
function plain(value: number): string {
  return String(value);
}
