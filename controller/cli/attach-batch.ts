import { encodeValue, isFinal, shortId, UserError, type RunId } from '#protocol';
import { logLines, readTransfer, signOfLife, type BatchDescription } from '#controller/batch';
import type { Host, OpenedHost } from '#controller/remotes';
import {
  chooseMode,
  hostsFeed,
  readObjective,
  showView,
  transferEvent,
  type FeedEvent,
} from '#controller/tui';
import type { Context } from './context.ts';
import { exitStatusOf } from './exit-status.ts';
import { feedActions } from './feed-actions.ts';
import type { Fleet } from './fleet.ts';

export interface AttachBatch {
  /** Where the batch's own run is. */
  readonly local: OpenedHost;
  /** Where its trials are. */
  readonly hosts: readonly OpenedHost[];
  readonly context: Context;
  readonly fleet: Fleet;
  readonly quiet: boolean;
  readonly batch: BatchDescription;
  readonly view: { readonly json: boolean; readonly noTui: boolean };
  /** This command started the batch: where all of it is on this machine, ^C stops it. */
  readonly isOwner: boolean;
  /** Looked at by `watch`, which has the whole screen. */
  readonly isWatched?: boolean;
}

/** Shows a batch until it is over, and gives its exit status. Errors: `not-begun` where its coordinator ended before it had begun. Where hosts other than this one take part, ^C leaves it running. */
export async function attachBatch(id: RunId, attach: AttachBatch): Promise<number> {
  const { local, hosts, context, fleet, quiet, view } = attach;
  const all = [...new Set([local.host, ...hosts.map(({ host }) => host)])];
  const stops = attach.isOwner && all.length === 1;
  const leaving = new AbortController();
  const onInterrupt = () => {
    if (stops) void local.host.stop(id, { first: 'INT' }).catch(() => undefined);
    else leaving.abort(new Error('detached'));
  };
  const onEnd = () => leaving.abort(new Error('ended'));
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onEnd);
  process.on('SIGHUP', onEnd);
  const mode = chooseMode(view, context);
  const comeBack = `sortie watch ${shortId(id)}`;
  const ended = attach.isOwner ? null : await endedRuns(id, all, local.host);
  try {
    const feed = hostsFeed({
      hosts: all,
      wants: (run) => run.id === id || run.batch === id,
      ...(ended === null ? { until: id } : { untilOver: ended }),
      ...feedActions(all, context, fleet),
      besides: [
        () => batchEvent(id, attach.batch, attach.batch.remotes ?? [local.host.name]),
        (signal) => transfers(id, local.host, signal),
        fleet.news.events,
      ],
    });
    const outcome = await showView(feed, {
      kind: mode === 'live' && attach.isWatched === true ? 'watch' : 'batch',
      mode,
      terminal: context,
      subject: id,
      comeBack,
      onInterrupt: stops ? 'stop' : 'detach',
      quiet,
      signal: leaving.signal,
    });
    if (outcome.kind === 'over') {
      const code = await exitStatus(id, local);
      if (code !== 0 && attach.isOwner) await signOfLife(id, local);
      return code;
    }
    if (mode === 'plain')
      context.stderr.write(
        `\nDetached from batch ${shortId(id)} (still running)\nTo re-attach use '${comeBack}'\n`,
      );
    return 0;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onEnd);
    process.off('SIGHUP', onEnd);
  }
}

/** A batch that is over and its trials, where hosts tell of them: each is shown, though the batch's own end may come first. null while it goes on. */
async function endedRuns(id: RunId, hosts: readonly Host[], own: Host): Promise<readonly RunId[] | null> {
  const of = async (host: Host) => (host.link.kind === 'live' ? host.runs({ attrs: [] }) : []);
  const listed = (
    await Promise.all([own.runs({ attrs: [] }), ...hosts.filter((host) => host !== own).map(of)])
  ).flat();
  const states = listed.map(({ state }) => state);
  if (!states.some((state) => state.id === id && isFinal(state.status))) return null;
  return states
    .filter((state) => (state.id === id || state.batch === id) && isFinal(state.status))
    .map((state) => state.id);
}

/** What is planned: a trial's line is whole, and the flags that vary are known, before a host says anything of it. */
async function* batchEvent(
  id: RunId,
  { operation, total, trials, objective }: BatchDescription,
  hosts: readonly string[],
): AsyncGenerator<FeedEvent> {
  const info = {
    id,
    operation,
    total,
    objective: readObjective(objective),
    hosts,
    started: Date.now(),
  } as const;
  yield { at: Date.now(), type: 'batch', batch: info };
  for (const [index, { id: trial, flags }] of trials.entries()) {
    const words = Object.fromEntries([...flags].map(([name, value]) => [name, encodeValue(value)]));
    const meta = { id: trial, operation, label: null, flags: words, trials: null, batch: { id, index } };
    yield { at: Date.now(), type: 'meta', meta };
  }
}

/** No line about a transfer is longer, and an endless one is not kept. Characters. */
const LONGEST_LINE = 1000;

/** What the coordinator sends to hosts, by its log: it is another process, and may be on another machine. */
async function* transfers(id: RunId, host: Host, signal: AbortSignal): AsyncGenerator<FeedEvent> {
  try {
    const log = host.output(id, { from: 0, follow: true, signal });
    for await (const line of logLines(log, LONGEST_LINE)) {
      const progress = readTransfer(line);
      if (progress !== null) yield transferEvent(progress, Date.now());
    }
  } catch (error) {
    // A batch that completed may be gone, and its view has other sources.
    if (!signal.aborted && !(error instanceof UserError)) throw error;
  }
}

/** A batch that completed may be in the trash already. */
async function exitStatus(id: RunId, { host }: OpenedHost): Promise<number> {
  const listed = await host.runs({ attrs: [] });
  const state = listed.find((each) => each.state.id === id)?.state;
  return state === undefined ? 0 : exitStatusOf(state);
}
