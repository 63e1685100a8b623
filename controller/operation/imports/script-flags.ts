import { isMap, isList, type Value } from '../value.ts';
import { choice, flagDef, type FlagDef, type FlagType } from '../flags/flag-def.ts';
import type { CommandFlag } from '../operation.ts';
import { quoteWord } from '../command/shell-words.ts';
import { encodeForGlobals } from '../command/encode-flag.ts';
import { decodeAnswer, type ScriptFlag } from './answer.ts';

/** A parser's option as a flag. */
export function parserFlag(flag: ScriptFlag): FlagDef {
  const command: CommandFlag = {
    ...(flag.switch === undefined ? {} : { argSwitch: flag.switch }),
    ...(flag.argName === undefined || flag.argName === flag.name ? {} : { argName: flag.argName }),
    ...(flag.split === true ? { argSplit: true } : {}),
  };
  return flagDef(flag.name, {
    default: decodeAnswer(flag.default),
    scriptDefault: true,
    description: flag.help ?? '',
    type: flag.type ?? null,
    required: flag.required ?? false,
    choices: (flag.choices ?? []).map((value) => choice(decodeAnswer(value))),
    min: flag.min === undefined ? null : decodeAnswer(flag.min),
    max: flag.max === undefined ? null : decodeAnswer(flag.max),
    command,
  });
}

/** A module-level name as a flag: its type is its value's, and a list is several words. */
export function nameFlag(name: string, value: Value): FlagDef {
  if (isList(value))
    return flagDef(name, {
      default: value.map((item) => quoteWord(encodeForGlobals(item))).join(' '),
      command: { argSplit: 'shlex' },
    });
  return flagDef(name, { default: isMap(value) ? null : value, type: typeOf(value) });
}

function typeOf(value: Value): FlagType | null {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'bigint':
    case 'number':
      return 'number';
    default:
      return null;
  }
}
