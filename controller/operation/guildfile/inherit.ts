import { encodeValue, isList, isMap, type Value, type ValueMap } from '../value.ts';
import type { Item } from './items.ts';
import { errorAt } from './problem.ts';
import { withPositions } from './source-positions.ts';

/** What a model takes from those it extends. */
const INHERITED: readonly string[] = [
  'description',
  'extra',
  'flags',
  'operation-defaults',
  'operations',
  'params',
  'references',
  'resources',
  'sourcecode',
];

/** An item's data with what it extends filled in; the item's own words win, key by key and deep. Errors: `bad-guildfile` for a cycle or a missing parent. */
export function inherit(item: Item, items: readonly Item[], below: readonly Item[] = []): ValueMap {
  const { data, file } = item;
  const parents = data['extends'];
  if (parents === undefined || parents === null) return data;
  let whole: ValueMap = data;
  for (const name of isList(parents) ? parents : [parents]) {
    const parent = items.find((each) => each.name === name && each !== item);
    if (parent === undefined)
      throw errorAt(`cannot find '${encodeValue(name)}' to extend`, { map: data, key: 'extends', file });
    if (below.includes(parent))
      throw errorAt(`cycle in 'extends': ${[...below, item, parent].map((each) => each.name).join(' > ')}`, {
        map: data,
        key: 'extends',
        file,
      });
    whole = fill(whole, pick(inherit(parent, items, [...below, item])));
  }
  return whole;
}

function pick(data: ValueMap): ValueMap {
  const kept = Object.entries(data).filter(([key]) => INHERITED.includes(key));
  return withPositions(Object.fromEntries(kept), data);
}

/** The first mapping, with what it lacks from the second. */
export function fill(own: ValueMap, other: ValueMap): ValueMap {
  const made: Record<string, Value> = { ...own };
  for (const [key, value] of Object.entries(other)) {
    const mine = made[key];
    if (mine === undefined) made[key] = value;
    else if (isMap(mine) && isMap(value)) made[key] = fill(mine, value);
  }
  return withPositions(made, own, other);
}
