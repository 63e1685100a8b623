import { UserError } from '../errors.ts';
import { parsePythonFloat, parsePythonInt } from './python-number.ts';
import type { Value } from './value.ts';
import { loadYaml } from './yaml-load.ts';

/**
 * Text typed for a flag or found in a cell, without a type to go by (guild-behaviour 4.2, sequences and functions apart): a Python
 * int, a Python float, YAML, or the text itself. Numbers written with `_` or `:` stay text, as does what is no YAML.
 */
export function decodeValue(text: string): Value {
  if (text === '') return text;
  const value = parsePythonInt(text) ?? parsePythonFloat(text) ?? decodeYaml(text);
  const isNumber = typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
  return isNumber && /[_:]/.test(text) && !text.includes('!!') ? text : value;
}

function decodeYaml(text: string): Value {
  try {
    return loadYaml(text);
  } catch (error) {
    if (error instanceof UserError) return text;
    throw error;
  }
}
