import { PYTHON_EXE } from '#protocol';
import { FLAG_ARGS, type CommandFlag, type FlagsDest, type OperationData } from '../operation.ts';
import { decodeValue, isList, sameValue, type Value } from '../value.ts';
import { encodeForGlobals, encoderFor } from './encode-flag.ts';
import { resolveReferences } from './reference.ts';
import { splitWords } from './shell-words.ts';

export interface FlagWords {
  readonly words: readonly string[];
  readonly warnings: readonly string[];
}

/** The words `--name value` of all flags, by name in order. A name that the words before already give is skipped, with a warning. */
function flagWords(
  flags: ReadonlyMap<string, Value>,
  { cmdFlags, flagsDest }: Pick<OperationData, 'cmdFlags' | 'flagsDest'>,
  before: readonly string[],
): FlagWords {
  const words: string[] = [];
  const warnings: string[] = [];
  for (const [name, value] of [...flags].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const flag = cmdFlags.get(name) ?? {};
    if (flag.argSkip === true || flagsDest?.kind === 'none' || flagsDest?.kind === 'config') continue;
    const option = `--${flag.argName ?? name}`;
    if (before.includes(option)) {
      warnings.push(
        `ignoring flag '${name}=${encodeForGlobals(value)}' because it's shadowed in the operation cmd as ${option}`,
      );
      continue;
    }
    words.push(...optionWords(option, value, { flag, flagsDest }));
  }
  return { words, warnings };
}

function optionWords(
  option: string,
  value: Value,
  { flag, flagsDest }: { readonly flag: CommandFlag; readonly flagsDest: FlagsDest | null },
): string[] {
  if (flag.argSwitch !== undefined) return sameValue(value, flag.argSwitch) ? [option] : [];
  if (value === null) return [];
  const encode = encoderFor(flagsDest);
  if (flag.argSplit !== undefined && flag.argSplit !== false) {
    const parts = splitParts(value, flag.argSplit);
    // A program's list of numbers has to stay one; words of a command line are text anyway.
    if (encode === encodeForGlobals) return [option, encodeForGlobals(parts.map(decoded))];
    const encoded = parts.map((part) => encode(part, flag.argEncoding));
    return encoded.length === 0 ? [] : [option, ...encoded];
  }
  return [option, encode(value, flag.argEncoding)];
}

function decoded(part: Value): Value {
  return typeof part === 'string' ? decodeValue(part) : part;
}

/** The parts of a flag that stands for several arguments. A single value that isn't text is its own only part. */
export function splitParts(value: Value, split: string | boolean): Value[] {
  if (isList(value)) return [...value];
  if (typeof value !== 'string') return value === null ? [] : [value];
  if (split === true || split === 'shlex') return splitWords(value);
  return value === '' ? [] : value.split(String(split));
}

/** The whole command: references resolved, flags put in place. Errors: `bad-reference`. */
export function renderCommand(flags: ReadonlyMap<string, Value>, operation: OperationData): FlagWords {
  const encode = encoderFor(null);
  const resolve = (name: string) => {
    // The host knows where it is.
    if (name === 'python_exe') return PYTHON_EXE;
    if (!flags.has(name)) return undefined;
    const value = flags.get(name) ?? null;
    return encode(value, operation.cmdFlags.get(name)?.argEncoding);
  };
  const words: string[] = [];
  let warnings: readonly string[] = [];
  for (const word of operation.cmdArgs) {
    if (word === FLAG_ARGS) {
      const own = flagWords(flags, operation, words);
      words.push(...own.words);
      warnings = own.warnings;
    } else words.push(isToken(word) ? word : resolveReferences(word, resolve));
  }
  return { words, warnings };
}

/** Tokens that the agent replaces on the host. */
function isToken(word: string): boolean {
  return word === PYTHON_EXE || word.startsWith('${sortie_python}');
}
