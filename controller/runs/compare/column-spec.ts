import { usageError } from '#protocol';

export type Qualifier = 'first' | 'last' | 'min' | 'max' | 'avg' | 'total' | 'count';

/** What a column shows: `.attr`, `=flag`, or a scalar's value or step. */
export type Column = { readonly header: string } & (
  | { readonly kind: 'attribute' | 'flag'; readonly name: string }
  | { readonly kind: 'scalar'; readonly name: string; readonly qualifier: Qualifier; readonly step: boolean }
);

const SCALAR = /^(?:(first|last|min|max|avg|total|count)\s+)?(\S+?)(\s+step)?$/;

/**
 * Reads columns such as `.label, =lr, loss, max acc as best, loss step`, separated by commas; `as NAME` sets the heading. Throws a
 * usage error.
 */
export function parseColumns(text: string): Column[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseColumn);
}

function parseColumn(text: string): Column {
  const [, spec = text, name] = /^(.+?)\s+as\s+(.+)$/.exec(text) ?? [];
  const named = name?.replace(/^(['"])(.*)\1$/, '$2');
  if (/^[.=]./.test(spec)) {
    const rest = spec.slice(1);
    return { kind: spec.startsWith('.') ? 'attribute' : 'flag', name: rest, header: named ?? rest };
  }
  const [, qualifier, tag, step] = SCALAR.exec(spec) ?? [];
  if (tag === undefined) {
    throw usageError({
      code: 'bad-column',
      message: `error parsing column '${text}'`,
      hint: "Separate columns by commas, as in '.label,=lr,loss,max acc,loss step'.",
    });
  }
  return {
    kind: 'scalar',
    name: tag,
    qualifier: (qualifier as Qualifier | undefined) ?? 'last',
    step: step !== undefined,
    header: named ?? spec,
  };
}
