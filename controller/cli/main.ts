/** The program `sortie`: finds the command, loads only that, and turns what it throws into a line and an exit status. */
import type { CommandSpec } from './command.ts';
import type { CommandWords } from './run-command.ts';

async function main(argv: readonly string[]): Promise<number> {
  const { global, rest } = await globalOptions(argv);
  const [name, ...words] = rest;
  const { commands } = await import('./commands/index.ts');
  if (name === 'help' && words.length > 0) return main([...words, '--help']);
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
  const { runCommand } = await import('./run-command.ts');
  return runCommand(command, `sortie ${command.name}`, { global, rest: words });
}

/** Options before the command: -C, -H and --debug. */
async function globalOptions(argv: readonly string[]): Promise<CommandWords> {
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
        throw await misuse(`option '${word} DIR' argument missing`);
      }
      global[word === '-C' ? 'cwd' : 'home'] = value;
    } else break;
  }
  return { global, rest: argv.slice(place) };
}

async function unknownCommand(name: string, commands: readonly CommandSpec[]): Promise<Error> {
  const { meantBy } = await import('./meant.ts');
  const { existsSync } = await import('node:fs');
  const instead = meantBy(name, existsSync);
  if (instead !== undefined) return misuse(`unknown command '${name}'`, instead);
  const { nearest } = await import('./nearest.ts');
  const near = nearest(
    name,
    commands.flatMap((each) => [each.name, ...(each.aliases ?? [])]),
  );
  return misuse(`unknown command '${name}'${near === undefined ? '' : ` (did you mean ${near}?)`}`);
}

async function misuse(message: string, hint = "Try 'sortie --help' for more information."): Promise<Error> {
  const { usageError } = await import('#protocol');
  return usageError({ code: 'usage', message, hint });
}

/** Says what was thrown, and gives the exit status. What that takes is loaded only now that it is needed. */
async function tell(error: unknown): Promise<number> {
  const { reportOf } = await import('./report.ts');
  const { text, exitCode } = reportOf(error, process.argv.slice(2));
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

/** As the shell has it of a program that SIGHUP ended, which a closed terminal sends. */
const HUNG_UP = 129;

// A reader that has gone (`sortie runs | head`) and a terminal that was closed are no errors of ours. Nobody need read messages for the work to go on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  lostTerminal(error);
});
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') lostTerminal(error);
});

function lostTerminal(error: NodeJS.ErrnoException): never {
  if (error.code === 'EIO') process.exit(HUNG_UP);
  throw error;
}

// A view has restored its screen by now: it listens with a monitor, which comes first.
process.once('uncaughtException', (thrown: NodeJS.ErrnoException) => {
  // Keys can't be read from it either.
  if (thrown.code === 'EIO' && thrown.syscall === 'read' && thrown.path === undefined) process.exit(HUNG_UP);
  void endWith(thrown);
});
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = await tell(error);
}
