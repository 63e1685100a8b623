import { isMap, isScalar, stringify, type Document } from 'yaml';
import { OPREF_ATTRS, yamlDocument, type RunListing } from '#protocol';
import { operationName } from '#controller/runs';
import type { RunMeta } from './view-feed.ts';

/** The attributes that a view reads besides a run's state. */
export const META_ATTRS = [...OPREF_ATTRS, 'flags', 'label'] as const;

/** What a listing says of a run; an attribute that cannot be read is left out, never an error. */
export function metaOf({ state, attrs }: RunListing): RunMeta {
  const flags = flagsOf(attrs['flags'] ?? '');
  const label = documentOf(attrs['label'] ?? '')?.contents;
  return {
    id: state.id,
    operation: operationName(attrs['opref'] ?? '', attrs['proto_opref'] ?? null),
    label: isScalar(label) && typeof label.value === 'string' && label.value !== '' ? label.value : null,
    flags,
    batch: null,
  };
}

/** Flags as they are written in the attribute, lists and maps in flow style. */
function flagsOf(text: string): Record<string, string> {
  const { contents = null, errors = [] } = documentOf(text) ?? {};
  if (errors.length > 0 || !isMap(contents)) return {};
  const pairs = contents.items.map(({ key, value }): [string, string] => [
    isScalar(key) ? String(key.value) : String(key),
    isScalar(value)
      ? (value.source ?? String(value.value))
      : stringify(value, { collectionStyle: 'flow' }).trim(),
  ]);
  return Object.fromEntries(pairs);
}

function documentOf(text: string): Document.Parsed | null {
  try {
    return yamlDocument(text);
  } catch {
    return null;
  }
}
