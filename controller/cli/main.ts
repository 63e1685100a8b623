/** The program `sortie`: finds the command, loads only that, and turns what it throws into a line and an exit status. */
import { usageError } from '#protocol';
import type { CommandSpec } from './command.ts';
import { homeOf, processContext, type GlobalOptions } from './context.ts';

interface Words {
  readonly global: GlobalOptions;
  readonly rest: readonly string[];
}

async function main(argv: readonly string[]): Promise<number> {
  const { global, rest } = globalOptions(argv);
  const [name, ...words] = rest;
  const { commands } = await import('./commands/index.ts');
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const { topHelp } = await import('./help.ts');
    process.stdout.write(topHelp(commands, process.stdout.columns));
    return 0;
  }
  if (name === '--version') {
    const { version } = await import('./version.ts');
    process.stdout.write(`sortie ${version()}\n`);
    return 0;
  }
  const command = commands.find((each) => each.name === name || each.aliases?.includes(name));
  if (!command) throw await unknownCommand(name, commands);
  return runCommand(command, `sortie ${command.name}`, { global, rest: words });
}

/** A word that names a subcommand goes down one level; `runs` without one lists. */
async function runCommand(command: CommandSpec, path: string, { global, rest }: Words): Promise<number> {
  const [first, ...below] = rest;
  const subcommand = command.subcommands?.find(
    (each) => each.name === first || each.aliases?.includes(first ?? ''),
  );
  if (subcommand) return runCommand(subcommand, `${path} ${subcommand.name}`, { global, rest: below });
  const end = rest.includes('--') ? rest.indexOf('--') : rest.length;
  if (rest.slice(0, end).includes('--help')) {
    const { commandHelp } = await import('./help.ts');
    process.stdout.write(commandHelp(command, path, process.stdout.columns));
    return 0;
  }
  const { parseWords } = await import('./parse.ts');
  const invocation = parseWords(command, path, rest);
  const program = await command.load();
  return program.execute(invocation, processContext(global));
}

/** Options before the command: -C, -H and --debug. */
function globalOptions(argv: readonly string[]): Words {
  const global = {
    cwd: undefined as string | undefined,
    home: undefined as string | undefined,
    debug: false,
  };
  let place = 0;
  for (; place < argv.length; place += 1) {
    const word = argv[place];
    if (word === '--debug') global.debug = true;
    else if (word === '-C' || word === '-H') {
      const value = argv[(place += 1)];
      if (value === undefined) {
        throw usageError({
          code: 'usage',
          message: `option '${word} DIR' argument missing`,
          hint: "Try 'sortie --help' for more information.",
        });
      }
      global[word === '-C' ? 'cwd' : 'home'] = value;
    } else break;
  }
  return { global, rest: argv.slice(place) };
}

async function unknownCommand(name: string, commands: readonly CommandSpec[]): Promise<Error> {
  const { nearest } = await import('./nearest.ts');
  const near = nearest(
    name,
    commands.map((each) => each.name),
  );
  return usageError({
    code: 'usage',
    message: `unknown command '${name}'${near === undefined ? '' : ` (did you mean ${near}?)`}`,
    hint: "Try 'sortie --help' for more information.",
  });
}

/** Says what was thrown, and gives the exit status. What that takes is loaded only now that it is needed. */
async function tell(error: unknown): Promise<number> {
  const words = process.argv.slice(2);
  const { report } = await import('./report.ts');
  const debug = words.includes('--debug') || Boolean(process.env['SORTIE_DEBUG']);
  const { text, exitCode } = report(error, { words, debug, home: homeOf(namedHome(words)) });
  process.stderr.write(text);
  return exitCode;
}

async function endWith(error: unknown): Promise<void> {
  try {
    process.exit(await tell(error));
  } finally {
    process.exit(2);
  }
}

/** What `-H` names, wherever reading the words failed. */
function namedHome(words: readonly string[]): string | undefined {
  const place = words.indexOf('-H');
  return place < 0 ? undefined : words[place + 1];
}

// A reader that has gone (`sortie runs | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// A view has restored its screen by now: it listens with a monitor, which comes first.
process.once('uncaughtException', (thrown) => void endWith(thrown));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = await tell(error);
}
