import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadYaml, type Value } from '#protocol';

const PLAIN = /^[A-Za-z][A-Za-z0-9_./-]*$/;
const WORDS = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);

/** An attribute's value from its file's text; text that is no YAML is itself, as a hand may have written it. */
export function decodeAttribute(text: string): Value {
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  // Most attributes are a number or a word, and a YAML parser costs a hundred times more.
  if (/^-?(0|[1-9]\d*)$/.test(line)) return BigInt(line);
  if (isPlain(line)) return line;
  try {
    return flatMap(line) ?? loadYaml(text);
  } catch {
    return line;
  }
}

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !WORDS.has(text.toLowerCase());
}

/** Flags are mostly lines of names with plain numbers or words; null for any other text. */
function flatMap(text: string): Value | null {
  const pairs: [string, Value][] = [];
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^([A-Za-z_][A-Za-z0-9_-]*): (\S+)$/.exec(line) ?? [];
    if (!isPlain(name)) return null;
    if (/^-?(0|[1-9]\d*)$/.test(value)) pairs.push([name, BigInt(value)]);
    else if (/^-?\d+\.\d+$/.test(value)) pairs.push([name, Number(value)]);
    else if (isPlain(value)) pairs.push([name, value]);
    else return null;
  }
  return Object.fromEntries(pairs);
}

/** The text of attributes of a run directory, those asked for or all. */
export function readAttributes(dir: string, names?: readonly string[]): Record<string, string> {
  const folder = join(dir, '.guild/attrs');
  const attributes: Record<string, string> = {};
  for (const name of names ?? listNames(folder)) {
    const path = join(folder, name);
    // An exception for each attribute that a run hasn't would cost more than all that are read.
    const text = names === undefined || existsSync(path) ? readText(path) : null;
    if (text !== null) attributes[name] = text;
  }
  return attributes;
}

/** A file's text, or null when it can't be read. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}
