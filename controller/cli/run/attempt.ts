import { isFinal, shortId, UserError } from '#protocol';
import type { OpenedHost } from '#controller/remotes';

/** The number of a restart's attempt: a staged run's first start is its first. Errors: `still-running`. */
export async function nextAttempt(id: string, { host }: OpenedHost): Promise<number> {
  const state = await host.run(id);
  if (isFinal(state.status)) return state.attempt + 1;
  if (state.status === 'staged') return state.attempt + 1;
  throw new UserError({
    code: 'still-running',
    message: `cannot restart run ${shortId(id)} because it's ${state.status}`,
    hint: `Use 'sortie stop ${shortId(id)}' to stop it first and try again.`,
  });
}
