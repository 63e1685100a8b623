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
const KEYS = ['root', 'dest', 'select', 'digest'] as const;
const TYPES = ['text', 'binary', 'dir'] as const;

/**
 * Reads a `sourcecode:` value: nothing (the defaults), `no` or `[]` (off), a pattern or a list of them (only those), a list of
 * `include:` and `exclude:` (changes to the defaults), or a mapping of root, dest, select and digest. `where` names the place in
 * messages. Throws UserError `bad-sourcecode`.
 */
export function parseSourceConfig(value: unknown, where = 'sourcecode'): SourceConfig {
  const map = asMap(value);
  if (map === null) return { root: null, dest: null, digest: true, rules: parseSelect(value, where) };
  if (!KEYS.some((key) => map.has(key)) && (map.has('include') || map.has('exclude'))) {
    return { root: null, dest: null, digest: true, rules: parseSelect([value], where) };
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
  const rules = items.flatMap((item) =>
    typeof item === 'string' ? include([item]) : parseItem(item, where),
  );
  return items.every((item) => typeof item === 'string') ? [EXCLUDE_ALL, ...rules] : rules;
}

/** Keys that mean nothing are warned about where guild.yml is read. */
function parseItem(item: unknown, where: string): SelectRule[] {
  const map = asMap(item);
  if (map === null) throw bad(`an item of ${where} is neither a pattern, 'include: …' nor 'exclude: …'`);
  return [...map].flatMap(([result, spec]) =>
    result === 'include' || result === 'exclude' ? parseSpec(result, spec, where) : [],
  );
}

function parseSpec(result: SelectRule['result'], spec: unknown, where: string): SelectRule[] {
  const typed = asMap(spec);
  if (typed === null) return [{ result, patterns: patternsOf(spec, where), type: 'any' }];
  return TYPES.filter((type) => typed.has(type)).map((type) => ({
    result,
    patterns: patternsOf(typed.get(type), where),
    type,
  }));
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
