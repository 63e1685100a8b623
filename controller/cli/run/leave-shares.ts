import { randomUUID } from 'node:crypto';
import { isFinal, shortId, type RunState } from '#protocol';
import { forgetGoneGroups, rememberShare, startBatch, type BatchStart } from '#controller/batch';
import type { DispatchContext } from '#controller/dispatch';
import { mirrorRun, refreshMirrors } from '#controller/runs';
import type { RunningBatch } from './batch.ts';
import { learnedShare } from './learned.ts';

interface Leaving {
  readonly remotes: readonly string[];
  readonly running: RunningBatch;
  readonly dispatch: DispatchContext;
}

/** `--no-wait`: each host gets its share of the trials as a batch of its own, and this machine may go. */
export async function leaveShares(
  start: Omit<BatchStart, 'opened' | 'remotes'>,
  { remotes, running, dispatch }: Leaving,
): Promise<number> {
  const { context, fleet } = running;
  const { home, stderr } = context;
  const { trials } = start;
  forgetGoneGroups(home);
  const group = randomUUID().replaceAll('-', '');
  const left: RunState[] = [];
  for (const [place, remote] of remotes.entries()) {
    const share = trials.filter((_, index) => index % remotes.length === place);
    if (share.length === 0) continue;
    const opened = await fleet.open(remote);
    const shared =
      remotes.length === 1
        ? {}
        : {
            group,
            onOrders: (batch: Parameters<typeof rememberShare>[2]['batch']) =>
              rememberShare(home, group, { remote, batch }),
          };
    const learn = start.learn && learnedShare(start.learn, { place, total: share.length });
    const state = await startBatch(
      { ...start, trials: share, learn, opened, remotes: null, ...shared },
      dispatch,
    );
    const mirrored = await mirrorRun(opened.host, state.id, { home, follow: false });
    // A batch that is over already is not asked after by listings.
    if (isFinal(mirrored.status))
      await refreshMirrors(opened.host, [state.id], { home, signal: new AbortController().signal });
    stderr.write(`${state.id} is running on ${remote} (${share.length} trials)\n`);
    left.push(state);
  }
  const [first] = left;
  if (first !== undefined) stderr.write(`To watch use 'sortie watch ${shortId(first.id)}'\n`);
  return 0;
}
