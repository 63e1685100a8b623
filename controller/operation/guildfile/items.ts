import { dirname, join } from 'node:path';
import { encodeValue, isList, isMap, type Value, type ValueMap } from '../value.ts';
import type { Files } from '../world.ts';
import { parseYaml } from './parse-yaml.ts';
import { errorAt, guildfileError } from './problem.ts';

/** A model, config or package as written. */
export interface Item {
  readonly kind: 'model' | 'config' | 'package';
  readonly name: string;
  readonly data: ValueMap;
  readonly file: string;
}

const KINDS = ['model', 'config', 'package', 'include'] as const;

export interface Reading {
  /** The files that include this one. */
  readonly seen: readonly string[];
  /** Told of what is not as it should be. */
  readonly warn: (message: string) => void;
}

/** The items of a file and of the files that it includes, in order. Errors: `bad-guildfile`. */
export function readItems(file: string, files: Files, reading: Reading): Item[] {
  const { seen, warn } = reading;
  const text = files.read(file);
  if (text === null) throw guildfileError('cannot find the included file', file);
  if (seen.includes(file))
    throw guildfileError(`files include each other: ${[...seen, file].join(' > ')}`, file);
  const data = parseYaml(text.toString('utf8'), file, warn);
  if (data === null) return [];
  if (isMap(data)) return [{ kind: 'model', name: '', data: { operations: data }, file }];
  if (!isList(data))
    throw guildfileError('expected a mapping of operations or a list of models', `${file}:1:1`);
  return data.flatMap((item, at) =>
    itemsOf(item, { at, file, files, reading: { warn, seen: [...seen, file] } }),
  );
}

interface ItemPlace {
  readonly at: number;
  readonly file: string;
  readonly files: Files;
  readonly reading: Reading;
}

function itemsOf(item: Value, { at, file, files, reading }: ItemPlace): Item[] {
  if (!isMap(item)) throw guildfileError(`item ${at + 1} is no mapping`, file);
  const kinds = KINDS.filter((kind) => kind in item);
  const [kind, second] = kinds;
  const [firstKey = ''] = Object.keys(item);
  if (kind === undefined) {
    if ('operations' in item) return [{ kind: 'model', name: '', data: item, file }];
    throw errorAt(`expected one of ${KINDS.join(', ')} in item ${at + 1}`, {
      map: item,
      key: firstKey,
      file,
    });
  }
  if (second !== undefined)
    throw errorAt(`'${kind}' and '${second}' cannot both be in one item`, { map: item, key: second, file });
  if (kind === 'include') {
    const names = isList(item['include']) ? item['include'] : [item['include'] ?? null];
    return names.flatMap((name) => {
      const included = join(dirname(file), encodeValue(name));
      if (typeof name !== 'string' || files.kind(included) !== 'file')
        throw errorAt(`cannot find include '${encodeValue(name)}'`, { map: item, key: 'include', file });
      return readItems(included, files, reading);
    });
  }
  const name = item[kind];
  if (typeof name !== 'string' && name !== null && name !== undefined && typeof name !== 'bigint')
    throw errorAt(`expected a name for '${kind}'`, { map: item, key: kind, file });
  return [{ kind, name: name === null || name === undefined ? '' : String(name), data: item, file }];
}
