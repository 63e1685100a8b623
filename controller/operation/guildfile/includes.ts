import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import { fill } from './inherit.ts';
import type { Item } from './items.ts';
import { errorAt } from './problem.ts';
import { mapEntries, withPositions } from './source-positions.ts';

/** Which maps of which items `$include` can draw on. */
export interface IncludeContext {
  readonly items: readonly Item[];
  /** The model that includes: `:OP` and `OP` are its own. */
  readonly item: Item;
}

type Section = 'flags' | 'operations' | 'resources';

/** A map with what its `$include` names put under it: the map's own words win, attribute by attribute. Errors: `bad-guildfile`. */
export function withIncludes(map: ValueMap, section: Section, context: IncludeContext, depth = 0): ValueMap {
  if (!('$include' in map)) return map;
  const { item } = context;
  const fail = (why: string) => errorAt(why, { map, key: '$include', file: item.file });
  if (depth > 16) throw fail("cycle in '$include'");
  const references = isList(map['$include']) ? map['$include'] : [map['$include'] ?? null];
  let whole = mapEntries(map, (value, key) => (key === '$include' ? undefined : value));
  for (const reference of references) {
    if (typeof reference !== 'string') throw fail('expected a name');
    const [name = '', attributes] = reference.split('#');
    const target = lookUp(name, section, context);
    if (target === null) throw fail(`invalid include reference '${reference}'`);
    const included = withIncludes(target, section, context, depth + 1);
    whole = overlay(whole, attributes === undefined ? included : pick(included, attributes.split(',')));
  }
  return whole;
}

/** A scalar beside a mapping is the mapping's default: a flag may be written either way. */
function overlay(own: ValueMap, other: ValueMap): ValueMap {
  const made: Record<string, Value> = { ...own };
  for (const [key, value] of Object.entries(other)) {
    const mine = made[key];
    if (mine === undefined) made[key] = value;
    else if (isMap(mine) && isMap(value)) made[key] = fill(mine, value);
    else if (!isMap(mine) && isMap(value) && 'default' in value) made[key] = { ...value, default: mine };
  }
  return withPositions(made, own, other);
}

function pick(map: ValueMap, names: readonly string[]): ValueMap {
  const kept = Object.entries(map).filter(([key]) => names.includes(key));
  return withPositions(Object.fromEntries(kept), map);
}

function lookUp(name: string, section: Section, { items, item }: IncludeContext): ValueMap | null {
  const colon = name.indexOf(':');
  const named = items.find((each) => each.name === name);
  const direct = named?.data[section];
  if (isMap(direct)) return direct;
  const model = colon < 0 ? item.name : name.slice(0, colon) || item.name;
  const operations = items.find((each) => each.kind !== 'config' && each.name === model)?.data['operations'];
  const operation = isMap(operations) ? operations[name.slice(colon + 1)] : undefined;
  const found = isMap(operation) ? operation[section] : undefined;
  return isMap(found) ? found : null;
}
