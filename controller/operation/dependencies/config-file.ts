import { UserError, yamlDocument } from '#protocol';
import {
  decodeValue,
  dumpYaml,
  isList,
  isMap,
  loadYaml,
  type Flags,
  type Value,
  type ValueMap,
} from '../value.ts';
import { splitWords } from '../command/shell-words.ts';
import type { Files } from '../world.ts';
import { parseIni, writeIni } from './ini.ts';

export interface ConfigFile {
  readonly format: 'yaml' | 'json' | 'ini';
  readonly document: Value;
}

/** A configuration file (YAML, JSON or INI; `.in` after it doesn't count). Null when there is none. Errors: `bad-config`. */
export function readConfigFile(path: string, files: Files): ConfigFile | null {
  const bytes = files.read(path);
  if (bytes === null) return null;
  const text = bytes.toString('utf8');
  const [, ending = ''] = /\.(\w+)(?:\.in)?$/.exec(path) ?? [];
  switch (ending) {
    case 'yaml':
    case 'yml':
    case 'json':
      return { format: ending === 'json' ? 'json' : 'yaml', document: read(path, text, ending) };
    case 'ini':
    case 'cfg':
      return { format: 'ini', document: parseIni(text) };
    default:
      throw new UserError({
        code: 'bad-config',
        message: `cannot read configuration file ${path}: unsupported extension`,
        hint: 'Use .yml, .yaml, .json, .ini or .cfg, optionally followed by .in.',
      });
  }
}

function read(path: string, text: string, ending: string): Value {
  try {
    // JSON has integers that YAML reads the same.
    const [error] = ending === 'json' ? yamlDocument(text, { schema: 'json' }).errors : [];
    if (error !== undefined) throw error;
    return loadYaml(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError({
      code: 'bad-config',
      message: `cannot read configuration file ${path}: ${why}`,
      cause,
    });
  }
}

/** Every leaf as a flag with a dotted name; lists are leaves. */
export function leaves(document: Value, prefix = ''): (readonly [string, Value])[] {
  if (!isMap(document)) return prefix === '' ? [] : [[prefix, document]];
  return Object.entries(document).flatMap(([key, value]) =>
    leaves(value, prefix === '' ? key : `${prefix}.${key}`),
  );
}

export interface ConfigValues {
  readonly params: Value;
  readonly flags: Flags;
  /** Flags that are added where the file has no such leaf. */
  readonly added: ReadonlySet<string>;
}

/** The file's text with params and then flags in place of what it had; other flags of no leaf are left out. */
export function renderConfig(
  { format, document }: ConfigFile,
  { params, flags, added }: ConfigValues,
): string {
  const known = new Set(leaves(document).map(([name]) => name));
  const given = new Map([...(isMap(params) ? leaves(params) : []), ...flags]);
  let whole = document;
  for (const [name, value] of given)
    if (known.has(name) || !flags.has(name) || (added.has(name) && value !== null))
      whole = put(whole, name.split('.'), unsplit(value, leaf(document, name)));
  switch (format) {
    case 'yaml':
      return dumpYaml(whole);
    case 'json':
      return `${JSON.stringify(plain(whole), null, 2)}\n`;
    case 'ini':
      return writeIni(whole);
  }
}

function leaf(document: Value, name: string): Value | undefined {
  return leaves(document).find(([each]) => each === name)?.[1];
}

/** A list is a flag of several words; in the file it is a list again. */
function unsplit(value: Value, before: Value | undefined): Value {
  return isList(before) && typeof value === 'string' ? splitWords(value).map(decodeValue) : value;
}

function put(document: Value, [key, ...rest]: readonly string[], value: Value): Value {
  if (key === undefined) return value;
  const map: ValueMap = isMap(document) ? document : {};
  return { ...map, [key]: put(map[key] ?? null, rest, value) };
}

/** For JSON, whose integers are plain numbers; one too large to be exact is written as text. */
function plain(value: Value): unknown {
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (Array.isArray(value)) return (value as readonly Value[]).map(plain);
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value;
}
