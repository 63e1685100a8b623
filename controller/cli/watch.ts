import { join } from 'node:path';
import { isFinal, type RunId } from '#protocol';
import { describeBatch, groupOf, type BatchDescription } from '#controller/batch';
import type { Host, OpenedHost } from '#controller/remotes';
import { listRuns, type Run } from '#controller/runs';
import { chooseMode, hostsFeed, showView } from '#controller/tui';
import { attach } from './attach.ts';
import { attachBatch } from './attach-batch.ts';
import type { Invocation, OptionValues } from './command.ts';
import type { Context } from './context.ts';
import { feedActions } from './feed-actions.ts';
import { findRun, type RunPlace } from './find-run.ts';
import { Fleet } from './fleet.ts';
import { keepMirrors } from './keep-mirrors.ts';
import { reviveBatch } from './revive-batch.ts';
import { secretsFrom } from './run/world.ts';
import { watchGroup } from './watch-group.ts';
import { reachAll } from './reach.ts';
import { yourHosts } from './your-hosts.ts';

/** `sortie watch [RUN]`: one run, one batch, or all that is live. */
export async function execute({ options, words }: Invocation, context: Context): Promise<number> {
  await using fleet = await Fleet.of(context);
  const remotes = options['remote'] ? fleet.names(options['remote'] as readonly string[]) : undefined;
  if (words.length === 0) return await watchAll({ fleet, context, options, remotes });
  const place = await findRun(words[0], { context, fleet, remote: remotes?.[0] });
  const group = groupOf(context.home, place.id);
  if (group !== null && group.shares.length > 1)
    return await watchGroup(group, { fleet, context, view: viewOf(options) });
  return (
    (await watchBatch(place, { fleet, context, options })) ??
    (await attach(place.id, {
      opened: place.opened,
      context,
      fleet,
      quiet: false,
      isOwner: false,
      isWatched: true,
      view: viewOf(options),
    }))
  );
}

function viewOf(options: OptionValues) {
  return { json: options['json'] === true, noTui: options['noTui'] === true };
}

interface Watching {
  readonly fleet: Fleet;
  readonly context: Context;
  readonly options: OptionValues;
}

/** null for a run that is no batch. One that lives on a host is told from its trials there. */
async function watchBatch(
  { id, opened }: RunPlace,
  { fleet, context, options }: Watching,
): Promise<number | null> {
  const described = describeBatch(join(context.home, 'runs', id)) ?? (await batchOnHost(id, opened));
  if (described === null) return null;
  const hosts =
    described.remotes === null
      ? [opened]
      : await reachAll(described.remotes, { fleet, context, isNamed: false });
  await using _kept = keepMirrors(
    hosts.map(({ host }) => host),
    context.home,
  );
  await using _handover = await fleet.handOver(id);
  await reviveBatch(id, opened, {
    home: context.home,
    say: (text) => context.stderr.write(`${text}\n`),
    secretsFor: secretsFrom(context),
  });
  return await attachBatch(id, {
    local: opened,
    hosts,
    context,
    fleet,
    quiet: false,
    batch: described,
    view: viewOf(options),
    isOwner: false,
    isWatched: true,
  });
}

async function batchOnHost(id: string, { host, target }: OpenedHost): Promise<BatchDescription | null> {
  if (target.kind === 'local') return null;
  const listed = await host.runs({ attrs: ['trials', 'objective'] });
  const attrs = listed.find(({ state }) => state.id === id)?.attrs;
  if (attrs?.['trials'] === undefined) return null;
  const objective = (attrs['objective'] ?? 'loss').trim();
  return { operation: 'batch', total: Number(attrs['trials']), trials: [], objective, remotes: null };
}

/** What runs on all hosts that are yours, or on those named. */
async function watchAll({
  fleet,
  context,
  options,
  remotes,
}: Watching & { readonly remotes: readonly string[] | undefined }): Promise<number> {
  const live = listRuns(context.home).filter(({ status }) => !isFinal(status));
  const names = remotes ?? yourHosts(fleet, context);
  const reached = await reachAll(names, { fleet, context, isNamed: remotes !== undefined });
  const hosts = reached.map(({ host }) => host);
  const mode = chooseMode(viewOf(options), context);
  // Somebody at a screen looks on at what comes next; a program that reads waits for an end.
  const untilOver = mode === 'live' ? undefined : await liveRuns(hosts, live);
  if (untilOver?.length === 0) {
    context.stderr.write(`Nothing runs or waits on ${hosts.map(({ name }) => name).join(', ')}\n`);
    return 0;
  }
  await using _kept = keepMirrors(hosts, context.home);
  const leaving = new AbortController();
  const leave = () => leaving.abort(new Error('detached'));
  process.on('SIGINT', leave);
  try {
    const feed = hostsFeed({
      hosts,
      untilOver,
      ...feedActions(hosts, context, fleet),
      besides: [fleet.news.events],
    });
    await showView(feed, {
      kind: 'watch',
      mode,
      terminal: context,
      subject: null,
      comeBack: 'sortie watch',
      onInterrupt: 'detach',
      signal: leaving.signal,
    });
    return 0;
  } finally {
    process.off('SIGINT', leave);
  }
}

/** What hosts say is live, and of those that are down what was live when they were last heard. */
async function liveRuns(hosts: readonly Host[], lastSeen: readonly Run[]): Promise<RunId[]> {
  const up = hosts.filter(({ link }) => link.kind === 'live');
  const listings = await Promise.all(up.map(async (host) => host.runs({ attrs: [] })));
  const told = listings.flat().filter(({ state }) => !isFinal(state.status) && state.status !== 'staged');
  const down = hosts.filter((host) => !up.includes(host)).map(({ name }) => name);
  const remembered = lastSeen.filter(
    ({ remote, status }) => status !== 'staged' && down.includes(remote ?? 'local'),
  );
  return [...told.map(({ state }) => state.id), ...remembered.map(({ id }) => id)];
}
