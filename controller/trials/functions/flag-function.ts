import { decodeValue, isList, pythonStrip, UserError, loadYaml, type Value } from '#protocol';

/** `NAME[a:b:c]`, or `[a:b:c]` with a null name. Arguments are decoded as flag values are. */
export interface FlagFunction {
  readonly name: string | null;
  readonly args: readonly Value[];
}

const NAMED = /^([A-Za-z0-9_.-]+)\[(.*)\]$/s;

/** The function that text is, or null. `[a, b]`, `['a:b']`, `[{a: b}]` and `[http://a]` are lists, `[1:2]` and `[sgd:adam]` functions. */
export function parseFlagFunction(text: string): FlagFunction | null {
  const [, name, inside] = NAMED.exec(text) ?? [];
  if (name !== undefined && inside !== undefined) return { name, args: decodeArgs(inside) };
  return isAnonymous(text) ? { name: null, args: decodeArgs(text.slice(1, -1)) } : null;
}

/** A value that stands for a search space: text that is a flag function. */
export function isFlagFunction(value: Value): boolean {
  return typeof value === 'string' && parseFlagFunction(value) !== null;
}

function decodeArgs(inside: string): readonly Value[] {
  const text = pythonStrip(inside);
  return text === '' ? [] : text.split(':').map((arg) => decodeValue(pythonStrip(arg)));
}

/** YAML takes `[1:30]` for a list of one number of base 60 and `[0.1:0.5]` for a list of one text: such lists are meant as functions. */
function isAnonymous(text: string): boolean {
  if (!/^\[[^'"].*:.*\]$/s.test(text) || text.includes('://')) return false;
  let read: Value;
  try {
    read = loadYaml(text);
  } catch (error) {
    if (error instanceof UserError) return true;
    throw error;
  }
  const [only] = isList(read) && read.length === 1 ? read : [];
  return typeof only === 'string' || typeof only === 'bigint' || typeof only === 'number';
}
