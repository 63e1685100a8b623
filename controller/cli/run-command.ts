import type { CommandSpec } from './command.ts';
import { processContext, type GlobalOptions } from './context.ts';
import { parseWords } from './parse.ts';

/** What was typed, the options before the command apart. */
export interface CommandWords {
  readonly global: GlobalOptions;
  readonly rest: readonly string[];
}

/** A word that names a subcommand goes down one level; `runs` without one lists. */
export async function runCommand(
  command: CommandSpec,
  path: string,
  { global, rest }: CommandWords,
): Promise<number> {
  const [first, ...below] = rest;
  const subcommand = command.subcommands?.find(
    (each) => each.name === first || each.aliases?.includes(first ?? ''),
  );
  if (subcommand) return runCommand(subcommand, `${path} ${subcommand.name}`, { global, rest: below });
  const end = rest.includes('--') ? rest.indexOf('--') : rest.length;
  // `-h` alone can't be help for an operation, nor anything else.
  if (rest.slice(0, end).includes('--help') || (rest.length === 1 && first === '-h')) {
    const { commandHelp } = await import('./help.ts');
    process.stdout.write(commandHelp(command, path, process.stdout.columns));
    return 0;
  }
  const invocation = parseWords(command, path, rest);
  const program = await command.load();
  return program.execute(invocation, processContext(global));
}
