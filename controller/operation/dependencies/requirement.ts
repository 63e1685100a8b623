import { compilePythonRegex, type Rename, type Select } from '#protocol';
import { encodeForArgs } from '../command/encode-flag.ts';
import { splitWords } from '../command/shell-words.ts';
import { guildfileError } from '../guildfile/problem.ts';
import type { ModelInfo, OperationDef } from '../operation-def.ts';
import { encodeValue, isList, isMap, type Value, type ValueMap } from '../value.ts';

const KINDS = ['file', 'url', 'module', 'operation', 'config', 'dvcfile', 'dvcstage'] as const;

/** One source of a resource, as guild.yml has it. */
export interface Requirement {
  readonly kind: (typeof KINDS)[number];
  /** Path, URL, module, or operations (a regular expression, comma separated). */
  readonly target: string;
  /** The name under which the attribute `deps` has its resource. */
  readonly resource: string;
  readonly name: string | null;
  readonly flagName: string | null;
  readonly chosen: Select;
  readonly postProcess: string | null;
  readonly rename: readonly Rename[];
  readonly unpack: boolean;
  readonly sha256: string | null;
  readonly optional: boolean;
  readonly targetPath: string;
  readonly how: 'copy' | 'link';
  readonly replace: boolean;
  readonly preservePath: boolean;
  readonly emptiness: 'fail' | 'warn' | 'ignore';
  readonly params: Value;
  /** A configuration file that all flags go to. */
  readonly takesAll: boolean;
  readonly help: string | null;
}

/** The sources of all that an operation requires, in order. Errors: `bad-guildfile` for a resource that isn't defined or a source of no known kind. */
export function requirementsOf({ requires, model, name }: OperationDef): Requirement[] {
  return requires.flatMap((entry) => entryRequirements(entry, model, name));
}

function entryRequirements(entry: Value, model: ModelInfo, operation: string): Requirement[] {
  if (typeof entry === 'string') return resourceRequirements(entry, model, operation);
  if (!isMap(entry)) throw bad(`invalid dependency ${encodeValue(entry)}`, operation, model);
  if (typeof entry['resource'] === 'string') return resourceRequirements(entry['resource'], model, operation);
  if (isList(entry['sources']))
    return entry['sources'].map((source) => requirement(source, entry, { model, operation }));
  return [requirement(entry, {}, { model, operation })];
}

function resourceRequirements(name: string, model: ModelInfo, operation: string): Requirement[] {
  const colon = name.indexOf(':');
  if (colon >= 0 && KINDS.some((kind) => kind === name.slice(0, colon)))
    return [requirement({ [name.slice(0, colon)]: name.slice(colon + 1) }, {}, { model, operation })];
  const resource = model.resources.get(name.slice(colon + 1));
  if (resource === undefined) throw bad(`resource '${name}' is not defined`, operation, model);
  const whole = isMap(resource) ? resource : {};
  const sources = isMap(resource) ? resource['sources'] : resource;
  if (isMap(resource) && sources === undefined)
    return [requirement(resource, { name }, { model, operation })];
  return (isList(sources) ? sources : [sources ?? null]).map((source) =>
    requirement(source, { ...whole, name }, { model, operation }),
  );
}

/** `whole` is the resource around the source, whose target path and name hold unless the source has its own. */
function requirement(
  source: Value,
  whole: ValueMap,
  { model, operation }: { readonly model: ModelInfo; readonly operation: string },
): Requirement {
  const data: ValueMap = typeof source === 'string' ? { file: source } : isMap(source) ? source : {};
  const kind = KINDS.find((each) => data[each] !== undefined);
  if (kind === undefined) throw bad(`invalid source ${encodeValue(source)}`, operation, model);
  const target = text(data[kind]);
  for (const key of ['select', 'select-min', 'select-max'])
    for (const pattern of texts(data[key]))
      if (!isRegExp(pattern))
        throw bad(`invalid ${key} '${pattern}': no regular expression`, operation, model);
  const targetPath = data['target-path'] ?? data['path'] ?? whole['target-path'] ?? whole['path'];
  return {
    kind,
    target,
    // A source that stands alone is a resource by its own name.
    resource: text(whole['name']) || text(data['name']) || `${kind}:${target}`,
    name: data['name'] === undefined ? null : text(data['name']),
    flagName: data['flag-name'] === undefined ? null : text(data['flag-name']),
    chosen: {
      select: texts(data['select']),
      ...(data['select-min'] === undefined ? {} : { selectMin: texts(data['select-min']) }),
      ...(data['select-max'] === undefined ? {} : { selectMax: texts(data['select-max']) }),
    },
    postProcess: data['post-process'] === undefined ? null : text(data['post-process']),
    rename: renames(data['rename']),
    unpack: (data['unpack'] ?? whole['default-unpack']) !== false,
    sha256: data['sha256'] === undefined ? null : text(data['sha256']),
    optional: data['optional'] === true,
    targetPath: targetPath === undefined || targetPath === null ? '.' : text(targetPath),
    how: howOf(data['target-type'] ?? whole['target-type'], kind),
    replace: data['replace-existing'] === true,
    preservePath: data['preserve-path'] === true,
    emptiness: data['fail-if-empty'] === true ? 'fail' : data['warn-if-empty'] === false ? 'ignore' : 'warn',
    params: data['params'] ?? null,
    takesAll: false,
    help: data['help'] === undefined ? null : text(data['help']),
  };
}

/** Another run's files are linked unless said otherwise, all else is copied. */
function howOf(said: Value | undefined, kind: Requirement['kind']): Requirement['how'] {
  if (kind === 'operation') return text(said) === 'copy' ? 'copy' : 'link';
  return text(said) === 'link' ? 'link' : 'copy';
}

function isRegExp(pattern: string): boolean {
  try {
    compilePythonRegex(pattern);
    return true;
  } catch {
    return false;
  }
}

/** `PATTERN REPL`, a list of those, or mappings of pattern and repl. */
function renames(value: Value | undefined): Rename[] {
  if (value === undefined || value === null) return [];
  return (isList(value) ? value : [value]).flatMap((item) => {
    if (isMap(item)) return [{ pattern: text(item['pattern']), replacement: text(item['repl']) }];
    const [pattern = '', replacement = ''] = splitWords(text(item));
    return [{ pattern, replacement }];
  });
}

function texts(value: Value | undefined): string[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value.map(text) : [text(value)];
}

function text(value: Value | undefined): string {
  return value === undefined || value === null ? '' : encodeForArgs(value);
}

function bad(message: string, operation: string, model: ModelInfo) {
  return guildfileError(`${message} in operation '${operation}'`, `${model.dir}/guild.yml`);
}
