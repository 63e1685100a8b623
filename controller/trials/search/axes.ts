import { compareText, encodeValue, UserError, type Value } from '#protocol';
import type { Flags } from '../flags.ts';
import { dimensionOf, type Dimension } from './dimension.ts';

/** A flag of a search: what it spans, or null where it has one value. */
export interface Axis {
  readonly name: string;
  readonly value: Value;
  readonly dimension: Dimension | null;
}

/** The flags of a search by name in order, at least one of them with something to search. Errors: `no-search-dimensions`, `bad-search-space`. */
export function axesOf(flags: Flags): readonly Axis[] {
  const axes = [...flags]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, value]) => ({ name, value, dimension: dimensionOf(name, value) }));
  if (axes.every(({ dimension }) => dimension === null)) throw noDimensions(flags);
  return axes;
}

/** As Guild words it. */
function noDimensions(flags: Flags): UserError {
  const assigns = [...flags].map(([name, value]) => `${name}=${encodeValue(value, { oneLine: true })}`);
  return new UserError({
    code: 'no-search-dimensions',
    message: `flags for batch (${assigns.join(', ')}) do not contain any search dimensions`,
    hint: 'Try specifying a range for one or more flags as NAME=[MIN:MAX].',
  });
}
