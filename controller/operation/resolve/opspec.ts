import { UserError } from '#protocol';

/** An operation as named: `op`, `model:op`, `:op`, `pkg/op`, `pkg/model:op`, or nothing for the default one. */
export interface OpSpec {
  /** Null where no model is named; empty for the anonymous one (`:op`). */
  readonly model: string | null;
  readonly operation: string | null;
}

/** Errors: `bad-opspec`. */
export function parseOpSpec(text: string): OpSpec {
  if (text === '') return { model: null, operation: null };
  const parts = text.split(':');
  const [first = '', second] = parts;
  if (parts.length > 2 || /\s/.test(text))
    throw new UserError({
      code: 'bad-opspec',
      message: `invalid operation '${text}'`,
      hint: 'Name it OPERATION, MODEL:OPERATION or a script.',
    });
  if (second !== undefined) return { model: first, operation: second === '' ? null : second };
  return { model: null, operation: first };
}
