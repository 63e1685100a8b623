import { UserError } from '#protocol';
import type { SelectRule } from './rules.ts';

/** `sourcecode:` of a model or an operation. */
export interface SourceConfig {
  /** Where the source is, relative to the project. */
  readonly root: string | null;
  /** Where it goes in the run directory. */
  readonly dest: string | null;
  /** Whether a digest of the source is recorded. */
  readonly digest: boolean;
  readonly rules: readonly SelectRule[];
}

const EXCLUDE_ALL: SelectRule = { result: 'exclude', patterns: ['*'], type: 'any' };
const TYPES = ['text', 'binary', 'dir'] as const;

/**
 * Reads a `sourcecode:` value: nothing (the defaults), `no` or `[]` (off), a pattern or a list of them (only those), a list of
 * `include:` and `exclude:` (changes to the defaults), or a mapping of root, dest, select and digest. `where` names the place in
 * messages. Throws UserError `bad-sourcecode`.
 */
export function parseSourceConfig(value: unknown, where = 'sourcecode'): SourceConfig {
  const map = asMap(value);
  if (map === null) return { root: null, dest: null, digest: true, rules: parseSelect(value, where) };
  if (map.has('include') || map.has('exclude')) {
    return { root: null, dest: null, digest: true, rules: parseSelect([value], where) };
  }
  for (const key of map.keys()) {
    if (!['root', 'dest', 'select', 'digest'].includes(key)) {
      throw bad(`unexpected '${key}' in ${where}`, 'Known there are root, dest, select and digest.');
    }
  }
  return {
    root: textOrNull(map.get('root'), `${where}.root`),
    dest: textOrNull(map.get('dest'), `${where}.dest`),
    digest: map.get('digest') !== false,
    rules: parseSelect(map.get('select'), `${where}.select`),
  };
}

function parseSelect(value: unknown, where: string): SelectRule[] {
  if (value === undefined || value === null || value === true) return [];
  if (value === false) return [EXCLUDE_ALL];
  if (typeof value === 'string') return [EXCLUDE_ALL, include([value])];
  if (!Array.isArray(value)) throw bad(`${where} is neither no, a pattern nor a list`);
  const items: readonly unknown[] = value;
  const rules = items.map((item) => (typeof item === 'string' ? include([item]) : parseItem(item, where)));
  return items.every((item) => typeof item === 'string') ? [EXCLUDE_ALL, ...rules] : rules;
}

function parseItem(item: unknown, where: string): SelectRule {
  const map = asMap(item);
  const [entry, ...others] = map === null ? [] : [...map];
  if (entry === undefined || others.length > 0 || (entry[0] !== 'include' && entry[0] !== 'exclude')) {
    throw bad(`an item of ${where} is neither a pattern, 'include: …' nor 'exclude: …'`);
  }
  const [result, spec] = entry;
  const typed = asMap(spec);
  if (typed === null) return { result, patterns: patternsOf(spec, where), type: 'any' };
  const type = TYPES.find((name) => typed.has(name));
  if (type === undefined || typed.size !== 1) {
    throw bad(`${result} in ${where} takes patterns, or one of text, binary and dir`);
  }
  return { result, patterns: patternsOf(typed.get(type), where), type };
}

function patternsOf(value: unknown, where: string): string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === 'string') return item;
    if (typeof item === 'number' || typeof item === 'bigint') return String(item);
    throw bad(`a pattern in ${where} is not text`);
  });
}

function include(patterns: readonly string[]): SelectRule {
  return { result: 'include', patterns, type: 'any' };
}

function asMap(value: unknown): ReadonlyMap<string, unknown> | null {
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [String(key), item as unknown]));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

function textOrNull(value: unknown, where: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw bad(`${where} is not text`);
  return value;
}

function bad(
  problem: string,
  hint = 'Write \'sourcecode: ["*.py"]\', or a list of include and exclude.',
): UserError {
  return new UserError({ code: 'bad-sourcecode', message: `invalid sourcecode: ${problem}`, hint });
}
