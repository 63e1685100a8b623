import { usageError, type ScalarSummary } from '#protocol';
import { parseColumns, type Column } from './column-spec.ts';
import { scalarCell } from './compare-runs.ts';

/** What an optimizer makes small: a scalar as a comparison's column has it, or its negative. */
export interface Objective {
  readonly column: Extract<Column, { readonly kind: 'scalar' }>;
  readonly sign: 1 | -1;
}

/** Reads `loss`, `max accuracy` or `train#loss`, with `-` before it for what is to be made large. Throws a usage error. */
export function parseObjective(text: string): Objective {
  const isNegative = text.startsWith('-');
  const [column, ...others] = parseColumns(isNegative ? text.slice(1) : text);
  if (column?.kind === 'scalar' && others.length === 0) return { column, sign: isNegative ? -1 : 1 };
  throw usageError({
    code: 'bad-objective',
    message: `invalid objective '${text.replace(/^-/, '')}'`,
    hint: "Name one scalar, such as 'loss' or 'max accuracy'.",
  });
}

/** How good a run is by its scalars, the lower the better; null where it has no such scalar. May be no finite number. */
export function objectiveValue(
  { column, sign }: Objective,
  scalars: Readonly<Record<string, ScalarSummary>>,
): number | null {
  const value = scalarCell(column, scalars);
  return value === undefined ? null : sign * Number(value);
}
