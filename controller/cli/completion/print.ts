import { usageError } from '#protocol';
import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { bash, fish, zsh } from './scripts.ts';

const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);

/** `sortie completion SHELL`. */
export async function execute({ words }: Invocation, { stdout }: Context): Promise<number> {
  const script = SCRIPTS.get(words[0] ?? '');
  if (script === undefined) {
    throw usageError({
      code: 'usage',
      message: `unknown shell '${words[0] ?? ''}'`,
      hint: `Use one of: ${[...SCRIPTS.keys()].join(', ')}`,
    });
  }
  stdout.write(script);
  return 0;
}
