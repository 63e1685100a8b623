import type { Readable } from 'node:stream';
import { MAX_NOISE_LINE, UserError } from '#protocol';

/** All noise before the first line of ours may be this long, in bytes. */
export const MAX_NOISE = MAX_NOISE_LINE * 64;

/** Lines of a stream that may begin with whatever rc files print. A line that is too long is cut; too much of it all is `rc-noise`. */
export async function* boundedLines(stream: Readable, host: string): AsyncGenerator<string> {
  let rest = '';
  let total = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > MAX_NOISE) {
      throw new UserError({
        code: 'rc-noise',
        message: `${host}: its shell printed more than ${MAX_NOISE >> 10} KiB before the agent answered`,
        hint: 'Keep its rc files from printing in non-interactive shells.',
      });
    }
    const parts = (rest + chunk.toString('latin1')).split('\n');
    rest = (parts.pop() ?? '').slice(-MAX_NOISE_LINE);
    for (const part of parts)
      yield Buffer.from(part.slice(-MAX_NOISE_LINE), 'latin1').toString('utf8').trimEnd();
  }
  if (rest) yield Buffer.from(rest, 'latin1').toString('utf8');
}

/** Control characters shown as `?`, and no more than so many characters: fit for an error message. */
export function neutralised(text: string, limit = 400): string {
  const clean = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '?').trim();
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean;
}
