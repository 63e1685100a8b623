import { compareText, encodeValue, type EncodeOptions, type Value } from '#protocol';
import type { Flags } from '../flags.ts';

/** Every flag that a trial has, by name in order. */
export function columnsOf(trials: readonly Flags[]): readonly string[] {
  const names = new Set<string>();
  for (const trial of trials) for (const name of trial.keys()) names.add(name);
  return [...names].sort(compareText);
}

/** The cells of a trial in a table; a flag that it hasn't is blank. */
export function cellsOf(
  trial: Flags,
  columns: readonly string[],
  encode: (value: Value) => string,
): readonly string[] {
  return columns.map((name) => {
    const value = trial.get(name);
    return value === undefined ? '' : encode(value);
  });
}

/** Encodes each value once: tables of trials repeat theirs. */
export function encoder(options: EncodeOptions): (value: Value) => string {
  const known = new Map<Value, string>();
  return (value) => {
    // A map takes 0 and -0 for one.
    if (value === 0) return encodeValue(value, options);
    let text = known.get(value);
    if (text === undefined) known.set(value, (text = encodeValue(value, options)));
    return text;
  };
}
