import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { TerminalStream } from './terminal-stream.ts';

/** Shows a run's whole output in the user's pager, made safe on the way: a PAGER may pass everything through. */
export async function openPager(
  output: AsyncIterable<Uint8Array>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const command =
    [env['PAGER'], 'less -R'].find((value) => value !== undefined && value.trim() !== '') ?? 'more';
  const pager = spawn('sh', ['-c', command], { stdio: ['pipe', 'inherit', 'inherit'], env: { ...env } });
  const ended = once(pager, 'close');
  // A pager that is left early closes its input; that is no error.
  pager.stdin.on('error', () => undefined);
  const safe = new TerminalStream();
  for await (const bytes of output) {
    if (pager.stdin.destroyed || pager.exitCode !== null) break;
    if (!pager.stdin.write(safe.write(bytes))) await Promise.race([once(pager.stdin, 'drain'), ended]);
  }
  pager.stdin.end(safe.end());
  await ended;
}
