import { encodeForArgs } from '../command/encode-flag.ts';
import { isList, isMap, mapOf, type Value, type ValueMap } from '../value.ts';
import { mapEntries } from './source-positions.ts';

const REFERENCE = /\{\{\s*([\w.-]+)\s*\}\}/g;
const WHOLE = /^\{\{\s*([\w.-]+)\s*\}\}$/;
/** Parameters may name each other; nobody needs more levels than this, and a circle ends. */
const MAX_DEPTH = 8;

/** Replaces `{{ name }}` by the data's `params`. A string that is one reference takes the parameter's own type; what isn't defined stays as written. */
export function applyParams(data: ValueMap): ValueMap {
  const params = mapOf(data['params']);
  return params.size === 0 ? data : (substitute(data, params, 0) as ValueMap);
}

function substitute(value: Value, params: ReadonlyMap<string, Value>, depth: number): Value {
  if (isList(value)) return value.map((item) => substitute(item, params, depth));
  if (isMap(value)) return mapEntries(value, (item) => substitute(item, params, depth));
  if (typeof value !== 'string' || !value.includes('{{') || depth >= MAX_DEPTH) return value;
  const whole = WHOLE.exec(value)?.[1];
  if (whole !== undefined) {
    const found = params.get(whole);
    return found === undefined ? value : substitute(found, params, depth + 1);
  }
  return value.replace(REFERENCE, (reference, name: string) => {
    const found = params.get(name);
    return found === undefined ? reference : encodeForArgs(substitute(found, params, depth + 1));
  });
}
