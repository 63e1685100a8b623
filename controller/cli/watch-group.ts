import { shortId, UserError } from '#protocol';
import { withSecrets } from '#controller/operation';
import { shareWorker, ShareMover, type ShareGroup } from '#controller/batch';
import { chooseMode, hostsFeed, readObjective, showView, type FeedEvent } from '#controller/tui';
import type { Context } from './context.ts';
import { coordinatorNow } from './coordinator-now.ts';
import { exitStatusOf } from './exit-status.ts';
import { feedActions } from './feed-actions.ts';
import type { Fleet } from './fleet.ts';
import { groupFeed } from './group-feed.ts';
import { secretsFrom } from './run/world.ts';

interface WatchingGroup {
  readonly fleet: Fleet;
  readonly context: Context;
  readonly view: { readonly json: boolean; readonly noTui: boolean };
}

/**
 * Shows a batch that was left to several hosts as the one that it is. While it is watched, what has not started goes from hosts with
 * much to do to those with nothing left. ^C leaves it running.
 */
export async function watchGroup(group: ShareGroup, watching: WatchingGroup): Promise<number> {
  const { fleet, context, view } = watching;
  const leaving = new AbortController();
  const { signal } = leaving;
  const leave = () => leaving.abort(new Error('detached'));
  const ids = new Set(group.shares.map(({ batch }) => batch.id));
  const [first] = group.shares;
  const comeBack = `sortie watch ${shortId(first?.batch.id ?? '')}`;
  const opened = await Promise.all(
    group.shares.map(async ({ remote }) => fleet.open(remote, { isPatient: true })),
  );
  const hosts = [...new Set(opened.map(({ host }) => host))];
  const mode = chooseMode(view, context);
  /** That of the first coordinator that failed. */
  let status = 0;
  const say = (text: string) => fleet.news.put({ at: Date.now(), type: 'notice', level: 'info', text });
  process.on('SIGINT', leave);
  process.on('SIGTERM', leave);
  process.on('SIGHUP', leave);
  try {
    const dispatch = { home: context.home, env: context.env, signal };
    const mover: ShareMover = new ShareMover({
      group,
      signal,
      log: say,
      workers: new Map(
        movableShares(group, { context, say }).map((share, place) => {
          const host = opened[place];
          if (host === undefined) throw new Error('Expected a host for each share');
          const { id } = share.batch;
          const told = {
            onTrial: (_host: string, state: Parameters<ShareMover['take']>[1]) => mover.take(id, state),
            onGone: (_host: string, run: string) => mover.gone(id, run),
          };
          return [id, shareWorker(share, host, { context: dispatch, ...told })];
        }),
      ),
    });
    void mover.run();
    const feed = hostsFeed({
      hosts,
      wants: (run) => ids.has(run.id) || (run.batch !== null && ids.has(run.batch)),
      ...feedActions(hosts, context, fleet),
      besides: [
        () => batchEvent(group),
        fleet.news.events,
        ...group.shares.map(
          ({ batch }, place) =>
            () =>
              coordinatorNow(batch.id, opened[place], {
                home: context.home,
                say,
                secretsFor: secretsFrom(context),
              }),
        ),
      ],
    });
    const outcome = await showView(
      groupFeed(feed, {
        id: group.id,
        shares: ids,
        onEnd: (state) => (status ||= exitStatusOf(state)),
      }),
      {
        kind: mode === 'live' ? 'watch' : 'batch',
        mode,
        terminal: context,
        subject: group.id,
        comeBack,
        onInterrupt: 'detach',
        signal,
      },
    );
    if (outcome.kind !== 'over' && mode === 'plain')
      context.stderr.write(`\nDetached from batch (still running)\nTo re-attach use '${comeBack}'\n`);
    return outcome.kind === 'over' ? status : 0;
  } finally {
    leave();
    process.off('SIGINT', leave);
    process.off('SIGTERM', leave);
    process.off('SIGHUP', leave);
  }
}

async function* batchEvent({ id, shares }: ShareGroup): AsyncGenerator<FeedEvent> {
  const plan = shares[0]?.batch.plan;
  yield {
    at: Date.now(),
    type: 'batch',
    batch: {
      id,
      operation: plan?.displayName ?? 'batch',
      total: shares.reduce((sum, { batch }) => sum + batch.trials.length, 0),
      objective: readObjective(plan?.batch?.objective ?? 'loss'),
      hosts: shares.map(({ remote }) => remote),
      started: Date.now(),
    },
  };
}

/** The shares with all that their trials need to run elsewhere; none where a secret of theirs is not known here. */
function movableShares(
  { shares }: ShareGroup,
  { context, say }: { readonly context: Context; readonly say: (text: string) => void },
): ShareGroup['shares'] {
  const secretsFor = secretsFrom(context);
  try {
    return shares.map(({ batch, ...share }) => ({
      ...share,
      batch: { ...batch, plan: withSecrets(batch.plan, secretsFor(batch.plan)) },
    }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(`trials stay on their hosts: ${error.message}`);
    return [];
  }
}
