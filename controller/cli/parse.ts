import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parsePythonFloat, parsePythonInt, usageError } from '#protocol';
import {
  optionKey,
  type CommandSpec,
  type Invocation,
  type OptionSpec,
  type OptionValues,
} from './command.ts';

/** Reads the words after a command's name. Errors: `usage`, exit 2. */
export function parseWords(spec: CommandSpec, path: string, words: readonly string[]): Invocation {
  const parser = new Command(path)
    .exitOverride()
    .helpOption(false)
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
    .allowExcessArguments(false);
  for (const option of spec.options) for (const each of toCommander(option)) parser.addOption(each);
  for (const { name, required, repeatable } of spec.positionals) {
    const inner = `${name}${repeatable ? '...' : ''}`;
    parser.argument(required ? `<${inner}>` : `[${inner}]`);
  }
  try {
    parser.parse(longForms(spec.options, words), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw usageError({
      code: 'usage',
      message: error.message.replace(/^error: /, '').replace(/\n\(Did (.*)\)$/, ' (did $1)'),
      hint: `${flagHint(spec, error, words)}Try '${path} --help' for more information.`,
      cause: error,
    });
  }
  return { options: byFirstName(spec.options, parser.opts()), words: parser.args };
}

/** Whoever types a flag of their script as the script takes it is told how flags are written; '' where no flags are taken. */
function flagHint(spec: CommandSpec, { code, message }: CommanderError, words: readonly string[]): string {
  const [, option] = /'--([^'=]+)/.exec(message) ?? [];
  if (
    code !== 'commander.unknownOption' ||
    option === undefined ||
    !spec.positionals.some(({ complete }) => complete === 'flags')
  )
    return '';
  const place = words.findIndex((word) => word === `--${option}` || word.startsWith(`--${option}=`));
  const next = words[place + 1];
  const [, own] = /=(.*)/s.exec(words[place] ?? '') ?? [];
  const value = own ?? (next === undefined || /^--?[a-z]/i.test(next) || next.includes('=') ? 'yes' : next);
  return `Flags are written NAME=VALUE: ${option}=${value}. `;
}

/** Commander takes no short options of several letters: those that are registered become their long form, up to `--`. */
function longForms(options: readonly OptionSpec[], words: readonly string[]): string[] {
  const long = new Map(
    options.flatMap(({ short, long: [name] }) => (short && short.length > 2 ? [[short, name]] : [])),
  );
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  return words.flatMap((word, place) =>
    place < end ? [long.get(word) ?? spelledOut(word, options) ?? word].flat() : [word],
  );
}

/** `-Sce` as `--status completed --status error`; null for a word that is no such cluster. */
function spelledOut(word: string, options: readonly OptionSpec[]): string[] | null {
  for (const { short = '', letters, long } of options) {
    if (letters === undefined || !word.startsWith(short) || word === short) continue;
    const values = word
      .slice(short.length)
      .split('')
      .map((letter) => letters[letter]);
    if (values.every((value) => value !== undefined)) return values.flatMap((value) => [long[0], value]);
  }
  return null;
}

/** One commander option for each name, since commander knows one long name an option. */
function toCommander(spec: OptionSpec): Option[] {
  return spec.long.map((name, place) => {
    const short = place === 0 && spec.short?.length === 2 ? `${spec.short}, ` : '';
    const option = new Option(`${short}${name}${spec.value === undefined ? '' : ` <${spec.value}>`}`);
    if (name.startsWith('--no-')) option.attributeName = () => camel(name);
    if (name.startsWith('--no-')) option.negate = false;
    if (spec.repeatable)
      option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    else if (spec.type) option.argParser(numberReader(spec.type));
    return option;
  });
}

function numberReader(type: 'integer' | 'positive' | 'number'): (text: string) => number {
  const wanted = { integer: 'a whole number', positive: 'a whole number from 1', number: 'a number from 0' }[
    type
  ];
  return (text) => {
    const value = type === 'number' ? parsePythonFloat(text) : toNumber(parsePythonInt(text));
    const isExact = type === 'number' ? Number.isFinite(value) : Number.isSafeInteger(value);
    const least = { integer: -Infinity, positive: 1, number: 0 }[type];
    if (value === undefined || !isExact || value < least) {
      throw new InvalidArgumentError(`Expected ${wanted}.`);
    }
    return value;
  };
}

function toNumber(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function byFirstName(specs: readonly OptionSpec[], parsed: Readonly<Record<string, unknown>>): OptionValues {
  const values: Record<string, OptionValues[string]> = {};
  for (const spec of specs) {
    for (const name of spec.long) {
      const value = parsed[camel(name)] as OptionValues[string];
      if (value !== undefined) values[optionKey(spec)] = value;
    }
  }
  return values;
}

function camel(name: string): string {
  return name.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
