import { TerminalStream } from '#controller/tui';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { findRun } from './find-run.ts';
import { Fleet } from './fleet.ts';

/** `sortie cat RUN`: bytes as they are; a terminal gets text and colours of them, and no other control. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const [remote] = options['remote'] ? fleet.names(options['remote'] as string[]) : [];
  const { id, opened } = await findRun(words[0], { context, fleet, remote });
  const path = options['path'];
  const bytes =
    typeof path === 'string'
      ? opened.host.file(id, path, { from: 0 })
      : opened.host.output(id, { from: 0, follow: false });
  const { stdout } = context;
  const terminal = stdout.isTTY ? new TerminalStream() : null;
  for await (const chunk of bytes) {
    if (!stdout.write(terminal === null ? chunk : terminal.write(chunk)))
      await new Promise<void>((resolve) => stdout.once('drain', resolve));
  }
  if (terminal !== null) stdout.write(terminal.end());
  return 0;
}
