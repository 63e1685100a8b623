import { isFinal, shortId, UserError } from '#protocol';
import type { OpenedHost } from '#controller/remotes';

interface Attempt {
  readonly attempt: number;
  /** Bytes. */
  readonly shownFrom: number;
}

/** A run that was never started. */
export const FIRST_ATTEMPT: Attempt = { attempt: 1, shownFrom: 0 };

/** The number of a restart's attempt, and how much the run has said before it. A staged run's first start is its first. Errors: `still-running`. */
export async function nextAttempt(id: string, { host }: OpenedHost): Promise<Attempt> {
  const { status, attempt, outputBytes } = await host.run(id);
  if (isFinal(status) || status === 'staged') return { attempt: attempt + 1, shownFrom: outputBytes };
  throw new UserError({
    code: 'still-running',
    message: `cannot restart run ${shortId(id)} because it's ${status}`,
    hint: `Use 'sortie stop ${shortId(id)}' to stop it first and try again.`,
  });
}
