import { createInterface } from 'node:readline';
import { UserError } from '#protocol';
import type { Context } from './context.ts';

/**
 * Asks on standard error and reads a line of standard input, which need not be a terminal: Guild's own way. Empty, y and yes accept.
 * Errors: `no-answer` when standard input ends first.
 */
export async function confirm(
  question: string,
  { stdin, stderr }: Pick<Context, 'stdin' | 'stderr'>,
): Promise<boolean> {
  stderr.write(question);
  const reader = createInterface({ input: stdin });
  try {
    const answer = await new Promise<string | null>((resolve) => {
      reader.once('line', resolve);
      reader.once('close', () => resolve(null));
    });
    if (answer === null) {
      stderr.write('\n');
      throw new UserError({
        code: 'no-answer',
        message: 'nobody answered',
        hint: "'--yes' runs without asking",
      });
    }
    return /^(|y|yes)$/i.test(answer.trim());
  } finally {
    reader.close();
    stdin.pause();
  }
}
