import { UserError } from '#protocol';
import type { Context } from './context.ts';

/**
 * Asks on standard error and reads a line of standard input, which need not be a terminal: Guild's own way. `y` and `yes` accept, and so
 * does an empty line unless what is asked about can't be undone. Errors: `no-answer` when standard input ends first.
 */
export async function confirm(
  question: string,
  { stdin, stderr }: Pick<Context, 'stdin' | 'stderr'>,
  { isFinal = false }: { readonly isFinal?: boolean } = {},
): Promise<boolean> {
  stderr.write(`${question} ${isFinal ? '[y/N]' : '[Y/n]'} `);
  const answer = await readLine(stdin);
  if (answer !== null) return (isFinal ? /^y(es)?$/i : /^(y|yes)?$/i).test(answer.trim());
  stderr.write('\n');
  throw new UserError({
    code: 'no-answer',
    message: stdin.isTTY ? 'cancelled' : 'stdin is not a terminal, so nothing can be confirmed',
    hint: 'Pass --yes to run without asking.',
  });
}

/** A line, what comes after it left for the next reader; null where the stream ends without one. */
async function readLine(stream: Context['stdin']): Promise<string | null> {
  if (stream.readableEnded) return null;
  const { promise, resolve } = Promise.withResolvers<string | null>();
  let read = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf('\n');
    if (end < 0) return;
    stream.pause();
    stream.off('data', onData);
    if (end + 1 < read.length) stream.unshift(read.subarray(end + 1));
    resolve(read.toString('utf8', 0, end));
  };
  const onEnd = () => resolve(read.length === 0 ? null : read.toString('utf8'));
  stream.on('data', onData);
  stream.once('end', onEnd);
  // Whoever read before may have paused it.
  stream.resume();
  try {
    return await promise;
  } finally {
    stream.off('data', onData);
    stream.off('end', onEnd);
    stream.pause();
  }
}
