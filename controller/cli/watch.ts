import { usageError } from '#protocol';
import { attach } from './attach.ts';
import type { Invocation } from './command.ts';
import type { Context } from './context.ts';
import { findRun } from './find-run.ts';
import { Fleet } from './fleet.ts';

/** `sortie watch RUN`. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  const [prefix] = words;
  if (prefix === undefined)
    throw usageError({ code: 'usage', message: 'which run?', hint: "'sortie runs' lists them" });
  await using fleet = await Fleet.of(context);
  const [remote] = options['remote'] ? fleet.names(options['remote'] as string[]) : [];
  const { id, opened } = await findRun(prefix, { context, fleet, remote });
  return await attach(id, { opened, context, quiet: false, isOwner: false });
}
