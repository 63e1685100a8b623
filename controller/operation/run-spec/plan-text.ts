import { PyDate } from '#protocol';
import type { Plan } from '../plan.ts';

/** How values that JSON has no words for are written: Python's integers, floats that are whole or not finite, maps, dates. */
type Tagged =
  | { readonly $: 'undefined' }
  | { readonly $: 'int' | 'float' | 'date'; readonly v: string }
  | { readonly $: 'map'; readonly v: readonly (readonly [string, unknown])[] };

/** A plan as text, for a coordinator elsewhere. `parsePlan` gives it back equal. */
export function stringifyPlan(plan: Plan): string {
  return stringifyPlain(plan);
}

/** The same for anything made of values, maps, lists and plain objects. */
export function stringifyPlain(value: unknown): string {
  return JSON.stringify(encode(value));
}

/** Gives back what `stringifyPlain` wrote. */
export function parsePlain(text: string): unknown {
  return decode(JSON.parse(text));
}

/** Trusts its input: it is read only where a plan of this version was written. */
export function parsePlan(text: string): Plan {
  return decode(JSON.parse(text)) as Plan;
}

function encode(value: unknown): unknown {
  if (value === undefined) return { $: 'undefined' } satisfies Tagged;
  if (typeof value === 'bigint') return { $: 'int', v: value.toString() } satisfies Tagged;
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $: 'float', v: Object.is(value, -0) ? '-0' : String(value) } satisfies Tagged;
  if (value instanceof PyDate) return { $: 'date', v: value.iso } satisfies Tagged;
  if (value instanceof Map)
    return { $: 'map', v: [...(value as Map<string, unknown>)].map(([key, item]) => [key, encode(item)]) };
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key.startsWith('$') ? `$${key}` : key, encode(item)]),
    );
  return value;
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  if ('$' in value) {
    const tagged = value as Tagged;
    switch (tagged.$) {
      case 'undefined':
        return undefined;
      case 'int':
        return BigInt(tagged.v);
      case 'float':
        return Number(tagged.v);
      case 'date':
        return new PyDate(tagged.v);
      case 'map':
        return new Map(tagged.v.map(([key, item]) => [key, decode(item)]));
    }
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.startsWith('$') ? key.slice(1) : key, decode(item)]),
  );
}
