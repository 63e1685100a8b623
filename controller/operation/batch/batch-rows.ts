import { resolve } from 'node:path';
import { UserError } from '#protocol';
import { batchRows } from '#controller/trials';
import { choiceAlias, choiceFlags, flagAliases } from '../flags/aliases.ts';
import { checkNames, checkValues } from '../flags/check.ts';
import { coerceFlag } from '../flags/coerce.ts';
import { decodeTyped } from '../flags/decode-typed.ts';
import type { FlagDef } from '../flags/flag-def.ts';
import type { Flags, Value } from '../value.ts';
import type { World } from '../world.ts';

export interface RowsInit {
  readonly files: readonly string[];
  readonly defs: ReadonlyMap<string, FlagDef>;
  readonly opspec: string;
  /** `--force-flags`: rows are taken as they are. */
  readonly force: boolean;
  readonly world: World;
}

/** The rows of batch files, each checked and coerced like flags that were typed; null without a file. Errors: `no-batch-file`, `bad-batch-file`, and those of flags, with file and row. */
export function rowsOf({ files, defs, opspec, force, world }: RowsInit): readonly Flags[] | null {
  if (files.length === 0) return null;
  const texts = files.map((path) => {
    const bytes = world.files.read(resolve(world.cwd, path));
    if (bytes === null)
      throw new UserError({
        code: 'no-batch-file',
        message: `batch file ${path.startsWith('/') || path.startsWith('.') ? path : `./${path}`} does not exist`,
        hint: 'Give a path relative to the current folder.',
      });
    return { path, text: bytes.toString('utf8') };
  });
  const exists = (path: string) => world.files.kind(path) !== null;
  const context = { cwd: world.cwd, home: world.env['HOME'] };
  const names = flagAliases(defs);
  const named = definitionsByRow(defs, opspec);
  const check = (row: Flags): Flags => {
    const given = new Map<string, Value>();
    for (const [word, value] of row) {
      const name = names.get(word) ?? word;
      given.set(name, coerceFlag(choiceAlias(value, defs.get(name)), defs.get(name), context));
    }
    checkValues(given, named(given), exists);
    for (const [name, value] of choiceFlags(given, defs)) if (!given.has(name)) given.set(name, value);
    return given;
  };
  return batchRows(texts, {
    decode: (text, flag) => decodeTyped(text, defs.get(names.get(flag) ?? flag)),
    ...(force ? {} : { check }),
  });
}

/** The definitions of the flags that a row names. Rows mostly name the same ones: names are checked once. Errors: `unknown-flag`. */
function definitionsByRow(defs: RowsInit['defs'], opspec: string): (row: Flags) => RowsInit['defs'] {
  let last: RowsInit['defs'] = new Map();
  return (row) => {
    if (row.size === last.size && [...row.keys()].every((name) => last.has(name))) return last;
    checkNames(row, defs, opspec);
    last = new Map([...defs].filter(([name]) => row.has(name)));
    return last;
  };
}

/** The flags that every row of several gives a value. */
export function flagsOfAllRows(rows: readonly Flags[] | null): ReadonlySet<string> {
  const [first, ...others] = rows ?? [];
  if (first === undefined || others.length === 0) return new Set();
  return new Set([...first.keys()].filter((name) => others.every((row) => row.has(name))));
}
