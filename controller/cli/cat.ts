import { usageError, type RunId } from '#protocol';
import type { Host } from '#controller/remotes';
import { TerminalStream } from '#controller/tui';
import type { Invocation, OptionValues } from './command.ts';
import type { Context } from './context.ts';
import { findRun } from './find-run.ts';
import { Fleet } from './fleet.ts';
import { lastLinesFrom } from './last-lines.ts';

/** `sortie cat RUN`, `sortie logs RUN`: bytes as they are; a terminal gets text and colours of them, and no other control. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  const path = options['path'];
  if (path !== undefined && (options['follow'] === true || options['lines'] !== undefined)) {
    throw usageError({
      code: 'usage',
      message: '--follow and --lines are for output, not for --path',
      hint: 'Leave out --path.',
    });
  }
  await using fleet = await Fleet.of(context);
  const [remote] = options['remote'] ? fleet.names(options['remote'] as string[]) : [];
  const { id, opened } = await findRun(words[0], { context, fleet, remote });
  const bytes =
    typeof path === 'string'
      ? opened.host.file(id, path, { from: 0 })
      : opened.host.output(id, {
          from: await firstByte(id, opened.host, options['lines']),
          follow: options['follow'] === true,
        });
  const { stdout } = context;
  const terminal = stdout.isTTY ? new TerminalStream() : null;
  for await (const chunk of bytes) {
    if (!stdout.write(terminal === null ? chunk : terminal.write(chunk)))
      await new Promise<void>((resolve) => stdout.once('drain', resolve));
  }
  if (terminal !== null) stdout.write(terminal.end());
  return 0;
}

/** Where the last lines of a run's output begin, or all of it. */
async function firstByte(id: RunId, host: Host, lines: OptionValues[string]): Promise<number> {
  if (typeof lines !== 'number') return 0;
  const { outputBytes } = await host.run(id);
  return lastLinesFrom({ size: outputBytes, count: lines }, (from) =>
    host.output(id, { from, follow: false }),
  );
}
