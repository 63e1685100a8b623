import type { Invocation } from '../command.ts';
import type { Context } from '../context.ts';
import { execute as list } from './list.ts';

/** `sortie ps`: `sortie runs` of what has not ended, unless a status or all runs are asked for. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  const live = options['all'] === true ? {} : { status: ['running', 'pending'] };
  return list({ options: { ...live, ...options }, words }, context);
}
