import { createHash } from 'node:crypto';
import { dirname, join, relative } from 'node:path';
import * as v from 'valibot';
import { usageError, UserError } from '#protocol';
import type { FlagDef } from '../flags/flag-def.ts';
import type { FlagsDest } from '../operation.ts';
import type { World } from '../world.ts';
import { AskedAnswer, decodeAnswer, SyntaxAnswer } from './answer.ts';
import { ASK_SCRIPT, READ_SYNTAX } from './programs.ts';
import { nameFlag, parserFlag } from './script-flags.ts';

export interface ScriptImport {
  /** The destination asked for, else the one that the script's imports suggest. */
  readonly dest: FlagsDest;
  readonly flags: ReadonlyMap<string, FlagDef>;
  /** The script's docstring. */
  readonly description: string | null;
  readonly keras: boolean;
  /** True when nothing could say which flags there are. */
  readonly open: boolean;
  readonly warnings: readonly string[];
}

export interface ImportInit {
  /** Absolute. */
  readonly script: string;
  readonly projectDir: string;
  readonly dest: FlagsDest | null;
  /** Words of the operation before its flags, such as a subcommand. */
  readonly baseArgs: readonly string[];
}

const MAGIC = 'SORTIE-FLAGS ';
const readings = new Map<string, Promise<SyntaxAnswer | null>>();

/**
 * The flags of a Python script, from its syntax where that tells all; else the script is run as far as its parser, where its packages are.
 * Without any Python to ask, there are none, and a warning. Errors: `bad-script` for a syntax error, with its line.
 */
export async function importFlags(init: ImportInit, world: World): Promise<ScriptImport> {
  const text = world.files.read(init.script);
  if (text === null) throw new UserError({ code: 'no-script', message: `cannot find script ${init.script}` });
  const answer = await readSyntax(text.toString('utf8'), init, world);
  if (answer === null)
    return {
      dest: init.dest ?? { kind: 'args', framework: 'argparse' },
      flags: new Map(),
      description: null,
      keras: false,
      open: true,
      warnings: [
        `cannot import flags from ${init.script}: no Python found; any flag is passed as --NAME VALUE`,
      ],
    };
  if ('error' in answer) throw syntaxError(init.script, answer.error);
  const dest = init.dest ?? destOf(answer.imports);
  const { flags, warnings, open = false } = await flagsFor(dest, answer, { init, world });
  return {
    dest,
    flags: new Map(flags.map((flag) => [flag.name, flag])),
    description: answer.doc,
    keras: answer.keras,
    open,
    warnings: [...warnings, ...guildWarnings(answer.imports, init, world)],
  };
}

/** A host has no package `guild` unless its environment or the project does. */
function guildWarnings(
  imports: readonly string[],
  { script, projectDir }: ImportInit,
  { files }: World,
): readonly string[] {
  const folders = [projectDir, dirname(script)];
  const isOwn = folders.some((folder) =>
    ['guild', 'guild.py'].some((name) => files.kind(join(folder, name)) !== null),
  );
  return isOwn || !imports.includes('guild')
    ? []
    : [
        `${relative(projectDir, script)} imports guild, which Sortie does not bring: the run fails where its Python lacks that package ('pip install guildai' there)`,
      ];
}

interface Found {
  readonly flags: readonly FlagDef[];
  readonly warnings: readonly string[];
  readonly open?: boolean;
}

type Reading = Exclude<SyntaxAnswer, { readonly error: unknown }>;

async function flagsFor(
  dest: FlagsDest,
  answer: Reading,
  { init, world }: { readonly init: ImportInit; readonly world: World },
): Promise<Found> {
  switch (dest.kind) {
    case 'globals':
      return {
        flags: answer.globals.map(([name, value]) => nameFlag(name, decodeAnswer(value))),
        warnings: [],
      };
    case 'global':
    case 'dict':
    case 'namespace': {
      const leaves = answer.nested[dest.name] ?? [];
      return { flags: leaves.map(([name, value]) => nameFlag(name, decodeAnswer(value))), warnings: [] };
    }
    case 'args': {
      const reading = answer[dest.framework];
      if (reading !== null && reading.why === null)
        return { flags: reading.flags.map(parserFlag), warnings: [] };
      return askParser(dest.framework, reading, { init, world });
    }
    case 'config':
    case 'none':
      return { flags: [], warnings: [] };
  }
}

/** Runs the script as far as its parser. What the syntax told stands in when that fails. */
async function askParser(
  framework: 'argparse' | 'click',
  reading: Reading['argparse'],
  { init, world }: { readonly init: ImportInit; readonly world: World },
): Promise<Found> {
  const script = relative(init.projectDir, init.script);
  const known = reading?.flags.map(parserFlag) ?? [];
  const unread = reading?.why ?? null;
  const failed = (why: string) => ({
    flags: known,
    warnings: [
      known.length === 0 || unread === null
        ? `cannot import flags from ${script}: ${why}`
        : `cannot import all flags from ${script}, since ${unread}: ${why}`,
    ],
    open: true,
  });
  let said: string | null;
  try {
    said = await world.askPython({
      program: ASK_SCRIPT,
      args: [script, framework, ...init.baseArgs],
      input: '',
      cwd: init.projectDir,
      needsPackages: true,
    });
  } catch (error) {
    if (error instanceof UserError) return failed(error.message);
    throw error;
  }
  const line = said?.split('\n').find((each) => each.startsWith(MAGIC));
  if (line === undefined) return failed(said === null ? 'no Python found' : 'it did not reach its parser');
  return {
    flags: v.parse(AskedAnswer, JSON.parse(line.slice(MAGIC.length))).flags.map(parserFlag),
    warnings: [],
  };
}

/** Readings are kept by content: a batch plans its script once. */
function readSyntax(text: string, { projectDir }: ImportInit, world: World): Promise<SyntaxAnswer | null> {
  const key = createHash('sha256').update(text).digest('hex');
  const known = readings.get(key);
  if (known !== undefined) return known;
  const reading = world
    .askPython({ program: READ_SYNTAX, args: [], input: text, cwd: projectDir, needsPackages: false })
    .then((said) => (said === null ? null : v.parse(SyntaxAnswer, JSON.parse(said))));
  readings.set(key, reading);
  reading.then(
    (answer) => answer === null && readings.delete(key),
    () => readings.delete(key),
  );
  return reading;
}

function destOf(imports: readonly string[]): FlagsDest {
  if (imports.includes('argparse')) return { kind: 'args', framework: 'argparse' };
  return imports.includes('click') ? { kind: 'args', framework: 'click' } : { kind: 'globals' };
}

function syntaxError(
  script: string,
  {
    message,
    line,
    column,
  }: { readonly message: string; readonly line: number | null; readonly column: number | null },
): UserError {
  const place = [script, line, column].filter((part) => part !== null).join(':');
  return usageError({
    code: 'bad-script',
    message: `${place}: ${message}`,
    hint: 'Fix the script and try again.',
  });
}
