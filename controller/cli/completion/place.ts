import type { CommandSpec, Completion, OptionSpec } from '../command.ts';

export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** What may stand where the cursor is: words of the tables, and values of a kind that have to be looked up. */
export interface Place {
  readonly candidates: readonly Candidate[];
  readonly values: Completion | null;
  /** What stands before the value in the same word, such as `--remote=`. */
  readonly prefix: string;
  /** The words that are no options so far, after the command. */
  readonly positionals: readonly string[];
  /** `-C` and `-H`, as typed so far. */
  readonly cwd: string | undefined;
  readonly home: string | undefined;
}

const GLOBAL: readonly OptionSpec[] = [
  { long: ['-C'], value: 'DIR', complete: 'folders', summary: 'Look for the project in DIR.' },
  { long: ['-H'], value: 'DIR', complete: 'folders', summary: 'Keep runs, config and caches in DIR.' },
  { long: ['--debug'], summary: 'Show where an error came from, as SORTIE_DEBUG=1 does.' },
  { long: ['--version'], summary: 'Show the version and exit.' },
];
const HELP: OptionSpec = { long: ['--help'], summary: 'Show this message and exit.' };

/** Finds the place of the last word, which may be empty, in what was typed after `sortie`. Pure: from the tables of parsing and help. */
export function placeOf(commands: readonly CommandSpec[], typed: readonly string[]): Place {
  const before = typed.slice(0, -1);
  const current = typed.at(-1) ?? '';
  const start = readWords(GLOBAL, before, { untilWord: true });
  const dirs = { cwd: start.given.get('-C'), home: start.given.get('-H') };
  const [name, ...rest] = before.slice(start.read);
  if (name === undefined) {
    return { ...placeWithin({ options: GLOBAL, current, state: start, subcommands: commands }), ...dirs };
  }
  let command = commands.find((each) => each.name === name || each.aliases?.includes(name));
  let words = rest;
  for (let below = command; below !== undefined;) {
    const [first] = words;
    below = below.subcommands?.find((each) => each.name === first || each.aliases?.includes(first ?? ''));
    if (below === undefined) break;
    command = below;
    words = words.slice(1);
  }
  if (command === undefined) return { ...NOWHERE, ...dirs };
  const options = [...command.options, HELP];
  const state = readWords(options, words, { untilWord: false });
  const subcommands = words.length === 0 ? (command.subcommands ?? []) : [];
  return { ...placeWithin({ options, current, state, subcommands, command }), ...dirs };
}

const NOWHERE: Place = {
  candidates: [],
  values: null,
  prefix: '',
  positionals: [],
  cwd: undefined,
  home: undefined,
};

interface Words {
  /** Values by the option's first name. */
  readonly given: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];
  /** The option that still waits for its value. */
  readonly pending: OptionSpec | null;
  readonly isAfterDashes: boolean;
  readonly read: number;
}

function readWords(
  options: readonly OptionSpec[],
  words: readonly string[],
  { untilWord }: { readonly untilWord: boolean },
): Words {
  const given = new Map<string, string>();
  const positionals: string[] = [];
  let pending: OptionSpec | null = null;
  let isAfterDashes = false;
  let read = 0;
  for (const word of words) {
    const isOption = !isAfterDashes && pending === null && /^-./.test(word);
    if (untilWord && !isOption && pending === null) break;
    read += 1;
    if (pending !== null) {
      given.set(pending.long[0], word);
      pending = null;
    } else if (!isOption) positionals.push(word);
    else if (word === '--') isAfterDashes = true;
    else {
      const [name = word, value] = word.split(/=(.*)/s);
      const option = optionOf(options, name);
      if (option === undefined) continue;
      given.set(option.long[0], value ?? '');
      if (option.value !== undefined && value === undefined) pending = option;
    }
  }
  return { given, positionals, pending, isAfterDashes, read };
}

interface Within {
  readonly options: readonly OptionSpec[];
  readonly current: string;
  readonly state: Words;
  readonly subcommands: readonly CommandSpec[];
  readonly command?: CommandSpec;
}

function placeWithin({ options, current, state, subcommands, command }: Within): Place {
  const { positionals, pending, isAfterDashes, given } = state;
  const place = { ...NOWHERE, positionals };
  if (pending !== null) return { ...place, values: pending.complete ?? null };
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(current) ?? [];
  if (!isAfterDashes && name !== undefined && value !== undefined) {
    return { ...place, values: optionOf(options, name)?.complete ?? null, prefix: `${name}=` };
  }
  if (!isAfterDashes && current.startsWith('-')) {
    const left = options.filter(
      ({ long, hidden, repeatable }) => !hidden && (repeatable === true || !given.has(long[0])),
    );
    return { ...place, candidates: left.flatMap(namesOf) };
  }
  const specs = command?.positionals ?? [];
  const last = specs.at(-1);
  const spec = specs[positionals.length] ?? (last?.repeatable === true ? last : undefined);
  const below = subcommands.filter(({ hidden }) => !hidden);
  return {
    ...place,
    candidates: below.map(({ name: word, summary }) => ({ word, about: summary })),
    values: spec?.complete ?? null,
  };
}

function optionOf(options: readonly OptionSpec[], name: string): OptionSpec | undefined {
  return options.find(({ long, short }) => long.includes(name) || short === name);
}

function namesOf({ long, short, summary }: OptionSpec): Candidate[] {
  return [...long, ...(short === undefined ? [] : [short])].map((word) => ({ word, about: summary }));
}
