import { PYTHON_EXE } from '#protocol';
import { joinWords, quoteWord } from '../command/shell-words.ts';
import { renderCommand } from '../command/flag-args.ts';
import type { Plan } from '../plan.ts';
import { operationVariables } from './to-run-spec.ts';

/** The command as a shell would take it: `--print-cmd`. The interpreter is the host's, so its name stands for it. */
export function commandText(plan: Plan): string {
  const { words } = renderCommand(plan.flags, plan.operation);
  return joinWords(words.map((word) => word.replaceAll(PYTHON_EXE, 'python')));
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
