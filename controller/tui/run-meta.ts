import { encodeValue, isMap, loadYaml, OPREF_ATTRS, UserError, type RunListing, type Value } from '#protocol';
import { operationName } from '#controller/runs';
import type { RunMeta } from './view-feed.ts';

/** The attributes that a view reads besides a run's state. */
export const META_ATTRS = [...OPREF_ATTRS, 'flags', 'label', 'trials'] as const;

/** What a listing says of a run; an attribute that cannot be read is left out, never an error. */
export function metaOf({ state, attrs }: RunListing): RunMeta {
  const flags = read(attrs['flags']);
  const label = read(attrs['label']);
  const trials = Number(read(attrs['trials']) ?? Number.NaN);
  return {
    id: state.id,
    operation: operationName(attrs['opref'] ?? '', attrs['proto_opref'] ?? null),
    label: typeof label === 'string' && label !== '' ? label : null,
    // As prompts and labels write them: `no`, whatever the file has.
    flags: isMap(flags)
      ? Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, encodeValue(value)]))
      : {},
    trials: Number.isSafeInteger(trials) && trials >= 0 ? trials : null,
    batch: null,
  };
}

function read(text: string | undefined): Value | undefined {
  if (text === undefined) return undefined;
  try {
    return loadYaml(text);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
