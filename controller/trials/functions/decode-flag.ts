import { decodeValue, isList, parsePythonFloat, parsePythonInt, type Value } from '#protocol';
import { parseFlagFunction } from './flag-function.ts';
import { expandSequence } from './sequence.ts';

const REPEATED = /^\s*(\[.*\])\s*\*\s*(\d+)\s*$/s;
const MAX_ITEMS = 1_000_000;

/**
 * Text typed for a flag or found in a cell, in full (guild-behaviour 4.2 and 4.5): numbers, sequences as the lists they stand for,
 * search spaces as the text they are, `[…]*N`, and then whatever `decodeValue` makes of it. Errors: `bad-flag-function`.
 */
export function decodeFlag(text: string): Value {
  // Most cells have no bracket; only those that have can be more than a value.
  if (!text.includes('[') || (parsePythonInt(text) ?? parsePythonFloat(text)) !== undefined)
    return decodeValue(text);
  const called = parseFlagFunction(text);
  if (called !== null) return expandSequence(called) ?? text;
  return repeated(text) ?? decodeValue(text);
}

function repeated(text: string): Value | null {
  const [, inside, times] = REPEATED.exec(text) ?? [];
  if (inside === undefined) return null;
  const items = decodeFlag(inside);
  if (!isList(items)) return text;
  const count = Number(times);
  if (count * items.length > MAX_ITEMS) return text;
  return Array.from({ length: count }, () => items).flat();
}
