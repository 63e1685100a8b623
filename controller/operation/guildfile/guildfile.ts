import { dirname } from 'node:path';
import { mapOf, isMap, type Value, type ValueMap } from '../value.ts';
import type { OperationDef } from '../operation-def.ts';
import type { Files } from '../world.ts';
import { buildOperation } from './build-operation.ts';
import { withIncludes } from './includes.ts';
import { fill, inherit } from './inherit.ts';
import { readItems, type Item } from './items.ts';
import { MODEL_KEYS, unknownKeys } from './keys.ts';
import { unknownSourcecodeKeys } from './sourcecode-keys.ts';
import { applyParams } from './params.ts';
import { errorAt } from './problem.ts';

/** A model and its operations, ready to be planned. */
export interface Model {
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  readonly operations: ReadonlyMap<string, OperationDef>;
  /** Names of operations with `default: yes`, in order. */
  readonly defaults: readonly string[];
}

export interface Guildfile {
  readonly path: string;
  readonly models: readonly Model[];
  /** Of models and configs; each operation has its own. */
  readonly warnings: readonly string[];
}

/** Reads a project's guild.yml; null when there is none. Errors: `bad-guildfile`. */
export function readGuildfile(path: string, files: Files): Guildfile | null {
  const bytes = files.read(path);
  if (bytes === null) return null;
  const warnings: string[] = [];
  const items = readItems(path, files, { seen: [], warn: (message) => warnings.push(message) });
  const models = items
    .filter(({ kind }) => kind === 'model')
    .map((item) => {
      const built = buildModel(item, { items, bytes, path });
      warnings.push(...built.warnings);
      return built.model;
    });
  for (const item of items)
    if (item.kind === 'config')
      warnings.push(
        ...unknownKeys(item.data, MODEL_KEYS, { what: `config '${item.name}'`, file: item.file }),
      );
  return { path, models, warnings: [...new Set(warnings)] };
}

interface FileContext {
  readonly items: readonly Item[];
  readonly bytes: Buffer;
  readonly path: string;
}

function buildModel(item: Item, { items, bytes, path }: FileContext): { model: Model; warnings: string[] } {
  const { name, file } = item;
  const data = applyParams(inherit(item, items));
  const context = {
    items: items.map((each) => ({ ...each, data: applyParams(inherit(each, items)) })),
    item,
  };
  const warnings = unknownKeys(data, MODEL_KEYS, {
    what: name === '' ? 'the model' : `model '${name}'`,
    file,
  });
  warnings.push(
    ...unknownSourcecodeKeys(data['sourcecode'], {
      what: name === '' ? 'the model' : `model '${name}'`,
      file,
    }),
  );
  const written = data['operations'] ?? {};
  if (!isMap(written))
    throw errorAt('expected a mapping of operations', { map: data, key: 'operations', file });
  const raw = withIncludes(written, 'operations', context);
  const resources = isMap(data['resources']) ? withIncludes(data['resources'], 'resources', context) : {};
  const info = {
    name,
    description: text(data['description']),
    dir: dirname(path),
    sourcecode: data['sourcecode'],
    resources: mapOf(resources),
    operations: Object.keys(raw),
  };
  const operations = new Map<string, OperationDef>();
  const defaults: string[] = [];
  for (const [operation, value] of Object.entries(raw)) {
    const own = operationData(value, { map: raw, key: operation, file });
    const whole = fillDefaults(own, { operation: data['operation-defaults'], model: data });
    const built = buildOperation(operation, whole, { model: info, guildfile: { path, bytes }, context });
    operations.set(operation, built);
    if (whole['default'] === true) defaults.push(operation);
  }
  return {
    model: { name, description: info.description, isDefault: data['default'] === true, operations, defaults },
    warnings,
  };
}

/** A string alone is the operation's main. */
function operationData(
  value: Value,
  { map, key, file }: { readonly map: ValueMap; readonly key: string; readonly file: string },
): ValueMap {
  if (typeof value === 'string') return { main: value };
  if (value === null) return {};
  if (!isMap(value))
    throw errorAt(`invalid value for operation '${key}': expected a mapping or a main`, { map, key, file });
  return value;
}

/** What every operation of the model has unless it says otherwise. An operation that is an `exec` doesn't take a default `main`. */
function fillDefaults(
  own: ValueMap,
  { operation, model }: { readonly operation: Value | undefined; readonly model: ValueMap },
): ValueMap {
  const filled = isMap(operation) ? fill(own, operation) : own;
  const inherited = ['python-requires', 'plugins'].filter(
    (key) => filled[key] === undefined && model[key] !== undefined,
  );
  if (inherited.length === 0) return filled;
  return fill(filled, Object.fromEntries(inherited.map((key) => [key, model[key] ?? null])));
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}
