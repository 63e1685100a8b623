import { projectOperations } from '#controller/operation';
import { formatColumns, printable } from '#controller/runs';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { worldOf } from './run/world.ts';

/** `sortie operations [FILTER…]`. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  const all = projectOperations(worldOf(context));
  const chosen = all.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  const { stdout } = context;
  if (options['json']) {
    stdout.write(`${JSON.stringify(chosen)}\n`);
    return 0;
  }
  if (all.length === 0) {
    stdout.write('No guild.yml here defines operations. A Python script is one: sortie run SCRIPT.py\n');
    return 0;
  }
  const rows = chosen.map(({ name, description }) => [name, printable(description.split('\n')[0] ?? '')]);
  const lines = formatColumns(rows).split(/(?<=\n)/);
  for (const [place, { flags }] of chosen.entries()) {
    stdout.write(lines[place] ?? '');
    if (options['flags']) stdout.write(flags.map((flag) => `    ${printable(flag)}\n`).join(''));
  }
  return 0;
}
