import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Context } from './context.ts';

/** Writes a text; on a terminal that it doesn't fit, by the user's pager: `PAGER`, else less, which scrolls sideways. */
export async function writePaged(
  text: string,
  stdout: Context['stdout'],
  env: Context['env'],
): Promise<void> {
  const lines = text.split('\n');
  const fits = lines.length <= stdout.rows && lines.every((line) => line.length <= stdout.columns);
  if (!stdout.isTTY || fits || !(await isShown(text, env))) stdout.write(text);
}

/** Whether a pager showed the text. */
async function isShown(text: string, env: Context['env']): Promise<boolean> {
  const command = env['PAGER'] ?? 'less';
  if (command === '') return false;
  const pager = spawn('sh', ['-c', command], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { LESS: 'FRSX', ...env },
  });
  // One that is left early closes its input; that is no error.
  pager.stdin.on('error', () => undefined);
  pager.stdin.end(text);
  const [status] = (await once(pager, 'close')) as [number | null];
  // By what POSIX says of sh: it was not found, or can't be executed.
  return status !== 127 && status !== 126;
}
