import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { usageError } from '#protocol';
import type { FlagDef } from '../flags/flag-def.ts';
import { isList, type Value } from '../value.ts';
import type { World } from '../world.ts';
import { decodeAnswer, NotebookAnswer } from './answer.ts';
import type { ScriptImport } from './import-flags.ts';
import { READ_NOTEBOOK } from './programs.ts';
import { nameFlag } from './script-flags.ts';

const readings = new Map<string, Promise<NotebookAnswer | null>>();

export interface NotebookInit {
  /** Absolute. */
  readonly path: string;
  readonly projectDir: string;
  /** Those that guild.yml gives it, some with patterns of what to replace in cells. */
  readonly flags: ReadonlyMap<string, FlagDef>;
}

/**
 * The flags of a notebook: what is first assigned at the top of a code cell, where that is a literal, and what the patterns of its own flags
 * find. The notebook isn't run. Errors: `bad-notebook` for a file that is none.
 */
export async function notebookFlags(
  { path, projectDir, flags }: NotebookInit,
  world: World,
): Promise<ScriptImport> {
  const found: Omit<ScriptImport, 'flags' | 'open' | 'warnings'> = {
    dest: { kind: 'globals' },
    description: null,
    keras: false,
  };
  const text = world.files.read(path);
  if (text === null) return { ...found, flags: new Map(), open: false, warnings: [] };
  const patterns = [...replacements(flags)];
  const input = `${JSON.stringify(Object.fromEntries(patterns))}\n${text.toString('utf8')}`;
  const answer = await read(input, projectDir, world);
  if (answer === null)
    return {
      ...found,
      flags: new Map(),
      open: true,
      warnings: [`cannot import flags from ${path}: no Python found; any flag is taken`],
    };
  if ('error' in answer)
    throw usageError({
      code: 'bad-notebook',
      message: `${path} is not a notebook: ${answer.error}`,
      hint: 'Save it again in Jupyter and try again.',
    });
  const imported = answer.flags.map(([name, value, type]) => {
    const flag = nameFlag(name, decodeAnswer(value));
    return [name, type === null ? flag : { ...flag, type }] as const;
  });
  return { ...found, flags: new Map(imported), open: false, warnings: [] };
}

/** `nb-replace` of flags: regular expressions whose groups the flag's value stands for in cells. */
export function* replacements(
  flags: ReadonlyMap<string, FlagDef>,
): Generator<[name: string, patterns: string[]]> {
  for (const [name, { extra }] of flags) {
    const patterns = patternsOf(extra.get('nb-replace'));
    if (patterns.length > 0) yield [name, patterns];
  }
}

export function patternsOf(value: Value | undefined): string[] {
  if (value === undefined || value === null) return [];
  return (isList(value) ? value : [value]).filter((each) => typeof each === 'string');
}

/** Readings are kept by content: a batch plans its notebook once. */
function read(input: string, cwd: string, world: World): Promise<NotebookAnswer | null> {
  const key = createHash('sha256').update(input).digest('hex');
  const known = readings.get(key);
  if (known !== undefined) return known;
  const reading = world
    .askPython({ program: READ_NOTEBOOK, args: [], input, cwd, needsPackages: false })
    .then((said) => (said === null ? null : v.parse(NotebookAnswer, JSON.parse(said))));
  readings.set(key, reading);
  reading.then(
    (answer) => answer === null && readings.delete(key),
    () => readings.delete(key),
  );
  return reading;
}
