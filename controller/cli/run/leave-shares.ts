import { randomUUID } from 'node:crypto';
import { isFinal, shortId, type RunId } from '#protocol';
import { forgetGoneGroups, rememberShare, signOfLife, startBatch, type BatchStart } from '#controller/batch';
import type { DispatchContext } from '#controller/dispatch';
import type { OpenedHost } from '#controller/remotes';
import { safeLines } from '#controller/tui';
import { mirrorRun, refreshMirrors } from '#controller/runs';
import type { Context } from '../context.ts';
import type { RunningBatch } from './batch.ts';
import { learnedShare } from './learned.ts';

interface Leaving {
  readonly remotes: readonly string[];
  readonly running: RunningBatch;
  readonly dispatch: DispatchContext;
}

/** `--no-wait`: each host gets its share of the trials as a batch of its own, and this machine may go once each has begun. Errors: `not-begun`. */
export async function leaveShares(
  start: Omit<BatchStart, 'opened' | 'remotes'>,
  { remotes, running, dispatch }: Leaving,
): Promise<number> {
  const { context, fleet } = running;
  const { home, stderr } = context;
  const { trials } = start;
  forgetGoneGroups(home);
  const group = randomUUID().replaceAll('-', '');
  const left: Share[] = [];
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
    left.push({ id: state.id, remote, opened, trials: share.length });
  }
  const begun = await Promise.allSettled(left.map(async (share) => beginning(share, context)));
  const first = left.find((_, index) => begun[index]?.status === 'fulfilled');
  if (first !== undefined) stderr.write(`To watch use 'sortie watch ${shortId(first.id)}'\n`);
  const failures = begun.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  for (const failure of failures.slice(1))
    stderr.write(`sortie: ${safeLines(failure instanceof Error ? failure.message : String(failure))}\n`);
  if (failures.length > 0) throw failures[0];
  return 0;
}

interface Share {
  readonly id: RunId;
  readonly remote: string;
  readonly opened: OpenedHost;
  readonly trials: number;
}

/** Says that a share is running once its coordinator has begun. Its record is here whatever becomes of it. */
async function beginning({ id, remote, opened, trials }: Share, { home, stderr }: Context): Promise<void> {
  try {
    await signOfLife(id, opened);
    stderr.write(`${id} queued on ${remote} (${trials} ${trials === 1 ? 'trial' : 'trials'})\n`);
  } finally {
    const mirrored = await mirrorRun(opened.host, id, { home, follow: false });
    // A batch that is over already is not asked after by listings.
    if (isFinal(mirrored.status))
      await refreshMirrors(opened.host, [id], { home, signal: new AbortController().signal });
  }
}
