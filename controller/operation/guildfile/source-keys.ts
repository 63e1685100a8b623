import { isList, isMap, type Value, type ValueMap } from '#protocol';
import { unknownKeys } from './keys.ts';

/** Every key that a source of a resource may have. */
const SOURCE_KEYS: readonly string[] = [
  'file',
  'url',
  'module',
  'operation',
  'config',
  'dvcfile',
  'dvcstage',
  'resource',
  'name',
  'flag-name',
  'sha256',
  'unpack',
  'type',
  'rename',
  'post-process',
  'optional',
  'params',
  'help',
  'select',
  'select-min',
  'select-max',
  'warn-if-empty',
  'fail-if-empty',
  'target-path',
  'path',
  'target-type',
  'replace-existing',
  'always-resolve',
  'preserve-path',
  'always-pull',
  'remote',
];

/** And those of a resource around its sources. */
const RESOURCE_KEYS: readonly string[] = [
  ...SOURCE_KEYS,
  'sources',
  'description',
  'references',
  'private',
  'default-unpack',
];

/** A warning for each key that means nothing in what an operation requires, with its place. */
export function unknownSourceKeys(
  requires: readonly Value[],
  resources: ReadonlyMap<string, Value>,
  at: { readonly what: string; readonly file: string },
): string[] {
  return requires.flatMap((entry) => {
    const named = typeof entry === 'string' ? entry : isMap(entry) ? entry['resource'] : undefined;
    const resource = typeof named === 'string' ? resources.get(named.slice(named.indexOf(':') + 1)) : entry;
    if (!isMap(resource)) return isList(resource) ? unknownInAll(resource, at) : [];
    const sources = resource['sources'];
    return [
      ...unknownKeys(resource, RESOURCE_KEYS, at),
      ...(isList(sources) ? unknownInAll(sources, at) : []),
    ];
  });
}

function unknownInAll(
  sources: readonly Value[],
  at: { readonly what: string; readonly file: string },
): string[] {
  const maps = sources.filter((source): source is ValueMap => isMap(source));
  return maps.flatMap((source) => unknownKeys(source, SOURCE_KEYS, at));
}
