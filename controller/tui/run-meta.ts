import { isMap, isScalar, parseDocument, stringify } from 'yaml';
import type { RunListing } from '#protocol';
import type { RunMeta } from './view-feed.ts';

/** The attributes that a view reads besides a run's state. */
export const META_ATTRS = ['opref', 'flags', 'label'] as const;

/** What a listing says of a run; an attribute that cannot be read is left out, never an error. */
export function metaOf({ state, attrs }: RunListing): RunMeta {
  const flags = flagsOf(attrs['flags'] ?? '');
  const label = parseDocument(attrs['label'] ?? '').contents;
  return {
    id: state.id,
    operation: operationOf(attrs['opref'] ?? ''),
    label: isScalar(label) && typeof label.value === 'string' && label.value !== '' ? label.value : null,
    flags,
    batch: null,
  };
}

/** Flags as they are written in the attribute, lists and maps in flow style. */
function flagsOf(text: string): Record<string, string> {
  const { contents, errors } = parseDocument(text);
  if (errors.length > 0 || !isMap(contents)) return {};
  const pairs = contents.items.map(({ key, value }): [string, string] => [
    isScalar(key) ? String(key.value) : String(key),
    isScalar(value)
      ? (value.source ?? String(value.value))
      : stringify(value, { collectionStyle: 'flow' }).trim(),
  ]);
  return Object.fromEntries(pairs);
}

/** `model:op` or `op` of an opref such as `guildfile:/project <digest> MODEL OP` (parts quoted as a shell does). */
function operationOf(opref: string): string {
  const parts = (opref.trim().match(/'[^']*'|\S+/g) ?? []).map((part) => part.replaceAll("'", ''));
  const [, , model = '', operation = ''] = parts;
  return model === '' ? operation : `${model}:${operation}`;
}
