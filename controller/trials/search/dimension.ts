import { encodeValue, isList, UserError, type Value } from '#protocol';
import { parseFlagFunction, type FlagFunction } from '../functions/flag-function.ts';

/** One flag's search space. Bounds are included; `initial` is for the very first trial. */
export type Dimension =
  | { readonly kind: 'choice'; readonly values: readonly Value[]; readonly initial: Value | undefined }
  | {
      readonly kind: 'int' | 'real' | 'log';
      readonly low: number;
      readonly high: number;
      readonly initial: Value | undefined;
    };

/**
 * What a flag's value spans (guild-behaviour 15): a list its items, `[lo:hi]` and `uniform[lo:hi]` whole numbers where both bounds
 * are, else real ones, `loguniform[lo:hi]` real ones evenly in their logarithm; two texts or booleans, those two. Null for a fixed
 * value. Errors: `bad-search-space`.
 */
export function dimensionOf(name: string, value: Value): Dimension | null {
  if (isList(value)) {
    if (value.length === 0) throw bad(name, value, 'it is empty');
    return { kind: 'choice', values: value, initial: undefined };
  }
  const called = typeof value === 'string' ? parseFlagFunction(value) : null;
  return called === null ? null : spaceOf(called, (why) => bad(name, value, why));
}

function spaceOf({ name, args }: FlagFunction, fail: (why: string) => Error): Dimension {
  const [low, high, initial, ...rest] = args;
  if (name !== null && name !== 'uniform' && name !== 'loguniform')
    throw fail(
      `unknown function '${name}': it is uniform, loguniform, range, linspace, logspace or geomspace`,
    );
  if (low === undefined || high === undefined || rest.length > 0)
    throw fail('expected 2 or 3 arguments: MIN:MAX or MIN:MAX:INITIAL');
  if (!isNumber(low) || !isNumber(high)) {
    if (name === 'loguniform') throw fail('expected numbers');
    return { kind: 'choice', values: [low, high], initial };
  }
  if (!Number.isFinite(Number(low)) || !Number.isFinite(Number(high)) || low > high)
    throw fail('expected finite bounds, the lower one first');
  const bounds = { low: Number(low), high: Number(high), initial };
  if (name === 'loguniform') {
    if (low <= 0) throw fail('a logarithm needs bounds above 0');
    return { kind: 'log', ...bounds };
  }
  const whole = typeof low === 'bigint' && typeof high === 'bigint';
  if (whole && !(Number.isSafeInteger(bounds.low) && Number.isSafeInteger(bounds.high - bounds.low)))
    throw fail('its bounds are too far apart');
  return { kind: whole ? 'int' : 'real', ...bounds };
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function bad(name: string, value: Value, why: string): Error {
  const shown = typeof value === 'string' ? value : encodeValue(value);
  return new UserError({
    code: 'bad-search-space',
    message: `invalid search space ${shown} for ${name}: ${why}`,
    hint: `Specify a range as ${name}=[MIN:MAX].`,
  });
}
