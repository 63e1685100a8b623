import { Duplex, type Readable } from 'node:stream';
import { MAGIC } from '#protocol';
import type { Transport } from '../transport.ts';
import { givenBack } from './given-back.ts';
import { heard } from './heard.ts';
import { MAX_NOISE } from './noise.ts';
import { evalCommand } from './script.ts';

export interface DialOptions {
  /** The host as the user named it. */
  readonly name: string;
  readonly signal: AbortSignal;
}

/**
 * Runs `agent dial` by a command on the host, and gives its standard streams as a pipe, from the byte after its first line on.
 * undefined when it says that no agent answers, or ends without a word. Throws `host-silent`, and the transport's errors.
 */
export async function dialByExec(
  transport: Transport,
  script: string,
  { name, signal }: DialOptions,
): Promise<Duplex | undefined> {
  const bytes = Buffer.from(script);
  const exec = await transport.exec(evalCommand(bytes.length), { signal });
  exec.exit.catch(() => undefined);
  exec.stdin.on('error', () => undefined);
  exec.stderr.resume();
  exec.stdin.write(bytes);
  const line = await heard(firstLine(exec.stdout), name).catch((error: unknown) => {
    exec.kill();
    throw error;
  });
  if (line !== undefined && !line.includes('"error"'))
    return Duplex.from({ readable: exec.stdout, writable: exec.stdin });
  await givenBack(exec);
  exec.kill();
  return undefined;
}

/** The line that begins with the magic word, what came after it put back; undefined when the stream ends, or goes on, without one. */
async function firstLine(stream: Readable): Promise<string | undefined> {
  let held = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const finish = (line: string | undefined) => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('error', reject);
      resolve(line);
    };
    const onEnd = () => finish(undefined);
    const onData = (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      const at = held.indexOf(MAGIC);
      const end = at < 0 ? -1 : held.indexOf('\n', at);
      if (end >= 0) {
        stream.pause();
        const rest = held.subarray(end + 1);
        finish(held.toString('utf8', at, end));
        if (rest.length > 0) stream.unshift(rest);
      } else if (held.length > MAX_NOISE) finish(undefined);
    };
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('error', reject);
  });
}
