import type { OptimizerDef } from '../operation-def.ts';
import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import { errorAt } from './problem.ts';

/** `optimizer: NAME`, `optimizer: {algorithm, FLAG…}`, `optimizers: [NAME…]` or `optimizers: {NAME: {algorithm, default, FLAG…}}`. Errors: `bad-guildfile`. */
export function buildOptimizers(data: ValueMap, file: string): OptimizerDef[] {
  const one = data['optimizer'];
  const several = data['optimizers'];
  if (one !== undefined && several !== undefined)
    throw errorAt("'optimizer' and 'optimizers' cannot both be specified", {
      map: data,
      key: 'optimizer',
      file,
    });
  if (one !== undefined) return [{ ...optimizer('', one), isDefault: true }];
  if (isList(several)) return several.map((item) => optimizer('', item));
  return isMap(several) ? Object.entries(several).map(([name, item]) => optimizer(name, item)) : [];
}

function optimizer(name: string, data: Value): OptimizerDef {
  if (!isMap(data)) {
    const algorithm = typeof data === 'string' ? data : name;
    return { name: name || algorithm, algorithm, isDefault: false, flags: new Map() };
  }
  const { algorithm: written, default: chosen, ...flags } = data;
  const algorithm = typeof written === 'string' ? written : name;
  return {
    name: name || algorithm,
    algorithm,
    isDefault: chosen === true,
    flags: new Map(Object.entries(flags)),
  };
}

/** `NAME`, or `-NAME` where it is to be maximized. */
export function objectiveOf(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  if (isMap(value) && typeof value['maximize'] === 'string') return `-${value['maximize']}`;
  if (isMap(value) && typeof value['minimize'] === 'string') return value['minimize'];
  return 'loss';
}
