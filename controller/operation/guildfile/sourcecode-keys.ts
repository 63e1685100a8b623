import { isList, isMap, type Value, type ValueMap } from '../value.ts';
import { unknownKeys } from './keys.ts';

const KEYS = ['root', 'dest', 'select', 'digest'];
const RULES = ['include', 'exclude'];

/** A warning for each key of a `sourcecode` that means nothing, with its place; Guild goes on without it. */
export function unknownSourcecodeKeys(
  value: Value | undefined,
  { what, file }: { readonly what: string; readonly file: string },
): string[] {
  const at = { what: `the sourcecode of ${what}`, file };
  const ofItem = (item: Value): string[] =>
    isMap(item) ? [...unknownKeys(item, RULES, at), ...RULES.flatMap((rule) => ofSpec(item, rule))] : [];
  const ofSpec = (item: ValueMap, rule: string): string[] => {
    const spec = item[rule];
    return isMap(spec) ? unknownKeys(spec, ['text', 'binary', 'dir'], at) : [];
  };
  if (isList(value)) return value.flatMap(ofItem);
  if (!isMap(value)) return [];
  if (!KEYS.some((key) => key in value) && RULES.some((rule) => rule in value)) return ofItem(value);
  const { select } = value;
  return [...unknownKeys(value, KEYS, at), ...(isList(select) ? select.flatMap(ofItem) : [])];
}
