import { encodeForArgs } from '../command/encode-flag.ts';
import { choice, FLAG_TYPES, flagDef, type Choice, type FlagDef } from '../flags/flag-def.ts';
import type { CommandFlag } from '../operation.ts';
import { decodeValue, isList, isMap, mapOf, type Value, type ValueMap } from '../value.ts';
import { warningAt } from './problem.ts';

const KNOWN: ReadonlySet<string> = new Set([
  'default',
  'description',
  'type',
  'required',
  'choices',
  'allow-other',
  'min',
  'max',
  'distribution',
  'alias',
  'arg-name',
  'arg-skip',
  'arg-switch',
  'arg-split',
  'arg-encoding',
  'env-name',
  'env-encoding',
  'null-label',
]);

export interface BuiltFlag {
  readonly flag: FlagDef;
  readonly warnings: readonly string[];
}

/** A flag of guild.yml: a value alone is its default; keys that aren't known are kept as `extra`. */
export function buildFlag(name: string, data: Value, file: string): BuiltFlag {
  if (!isMap(data)) return { flag: flagDef(name, { default: data }), warnings: [] };
  const warnings: string[] = [];
  const type = data['type'];
  const known = FLAG_TYPES.find((each) => each === type) ?? null;
  if (type !== undefined && type !== null && type !== 'auto' && known === null)
    warnings.push(
      warningAt(`unknown flag type '${text(type)}' for flag '${name}'`, { map: data, key: 'type', file }),
    );
  const flag = flagDef(name, {
    default: data['default'] ?? null,
    description: text(data['description']),
    type: known,
    required: data['required'] === true,
    choices: isList(data['choices']) ? data['choices'].map(buildChoice) : [],
    allowOther: data['allow-other'] === true,
    min: data['min'] ?? null,
    max: data['max'] ?? null,
    distribution: typeof data['distribution'] === 'string' ? data['distribution'] : null,
    alias: typeof data['alias'] === 'string' ? data['alias'] : null,
    nullLabel: data['null-label'],
    command: commandFlag(data),
    extra: new Map(Object.entries(data).filter(([key]) => !KNOWN.has(key))),
  });
  return { flag, warnings };
}

function buildChoice(data: Value): Choice {
  if (!isMap(data)) return choice(data);
  return choice(data['value'] ?? null, {
    description: text(data['description']),
    alias: data['alias'],
    flags: mapOf(data['flags']),
  });
}

function commandFlag(data: ValueMap): CommandFlag {
  const split = data['arg-split'];
  return {
    ...(data['arg-name'] === undefined ? {} : { argName: text(data['arg-name']) }),
    ...(typeof data['arg-skip'] === 'boolean' ? { argSkip: data['arg-skip'] } : {}),
    ...(data['arg-switch'] === undefined ? {} : { argSwitch: data['arg-switch'] }),
    ...(split === undefined || split === null
      ? {}
      : { argSplit: typeof split === 'boolean' ? split : text(split) }),
    ...(isMap(data['arg-encoding']) ? { argEncoding: encoding(data['arg-encoding']) } : {}),
    ...(data['env-name'] === undefined ? {} : { envName: text(data['env-name']) }),
    ...(isMap(data['env-encoding']) ? { envEncoding: encoding(data['env-encoding']) } : {}),
  };
}

/** `{yes: 1, no: 0}`: keys are values, and what they become is text. */
function encoding(map: ValueMap): readonly (readonly [Value, string])[] {
  return Object.entries(map).map(([from, to]) => [decodeValue(from), encodeForArgs(to)]);
}

function text(value: Value | undefined): string {
  return value === undefined || value === null ? '' : encodeForArgs(value);
}
