import { openHost, UnansweredHosts, type Host } from '#controller/remotes';
import { refreshMirrors, type Run } from '#controller/runs';
import type { Fleet } from '../fleet.ts';

/** How long a listing waits for all hosts together, in ms. */
const WAIT_MS = 1_000;

export interface Refreshing {
  /** SORTIE_HOME. */
  readonly home: string;
  readonly fleet: Fleet;
}

/**
 * Asks the hosts of mirrored runs what became of them, all at a time and none for long. Whatever keeps a host from answering is no error of a
 * listing: what is known of its runs stays as it is, with its age.
 */
export async function refreshLive(runs: readonly Run[], { home, fleet }: Refreshing): Promise<void> {
  const unanswered = new UnansweredHosts(home);
  const byHost = Map.groupBy(runs, ({ remote }) => remote ?? '');
  const deadline = AbortSignal.timeout(WAIT_MS);
  await Promise.all(
    [...byHost].map(async ([name, theirs]) => {
      if (unanswered.has(name)) return;
      const ids = theirs.map(({ id }) => id);
      try {
        await unlessAborted(
          deadline,
          ask(name, async (host) => refreshMirrors(host, ids, { home, signal: deadline })),
        );
      } catch (error) {
        unanswered.add(name, error);
      }
    }),
  );

  /** Nothing is asked of the user, nothing is told, and nobody waits until the connection is closed. */
  async function ask(name: string, act: (host: Host) => Promise<void>): Promise<void> {
    const { host } = await openHost(name, {
      ...fleet.surroundings,
      prompter: null,
      notice: () => undefined,
      onProgress: () => undefined,
      isCasual: true,
    });
    try {
      await act(host);
    } finally {
      host.close().catch(() => undefined);
    }
  }
}

/** Finding out how a host is reached may take long too, and takes no signal. */
async function unlessAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  await Promise.race([work, aborted]);
}
