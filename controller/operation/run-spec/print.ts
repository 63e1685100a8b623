import { AGENT_PYTHON, PYTHON_EXE } from '#protocol';
import { joinWords, quoteWord } from '../command/shell-words.ts';
import { renderCommand } from '../command/flag-args.ts';
import type { Plan } from '../plan.ts';
import { operationVariables } from './to-run-spec.ts';

export interface PrintedPrograms {
  /** The name or path of the interpreter. */
  readonly python: string;
  /** The folder that has the Python wrapper. */
  readonly wrapper: string;
}

/** The command as a shell on this machine would take it: `--print-cmd`. */
export function commandText(plan: Plan, { python, wrapper }: PrintedPrograms): string {
  const { words } = renderCommand(plan.flags, plan.operation);
  return joinWords(
    words.map((word) => word.replaceAll(PYTHON_EXE, () => python).replaceAll(AGENT_PYTHON, () => wrapper)),
  );
}

/** Variables that every run has besides those of its operation. */
const OF_EVERY_RUN: ReadonlySet<string> = new Set(['GUILD_OP', 'GUILD_SOURCECODE', 'LOG_LEVEL', 'CMD_DIR']);

/** The operation's own variables, as `NAME=value` lines, sorted, values quoted: `--print-env`. An empty value is nothing after the sign. */
export function environmentText(plan: Plan): string {
  return Object.entries(operationVariables(plan))
    .filter(([name]) => !OF_EVERY_RUN.has(name))
    .map(([name, value]) => `${name}=${value === '' ? '' : quoteWord(value)}\n`)
    .join('');
}
