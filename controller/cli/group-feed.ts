import { isFinal, type RunId, type RunState } from '#protocol';
import type { FeedEvent, ViewFeed } from '#controller/tui';

export interface FeedGroup {
  /** What the batches are together. */
  readonly id: RunId;
  readonly shares: ReadonlySet<RunId>;
  /** Told how a coordinator ended. */
  readonly onEnd: (state: RunState) => void;
}

/**
 * A feed of several batches as that of one: their trials are its trials, and their coordinators aren't shown. Ends when all
 * coordinators have ended and no trial lives any more.
 */
export function groupFeed(feed: ViewFeed, group: FeedGroup): ViewFeed {
  return {
    events: (signal) => merged(feed.events(signal), group),
    follow: (ids, from) => feed.follow(ids, from),
    curves: (ids) => feed.curves(ids),
    output: (run, signal) => feed.output(run, signal),
    stop: async (run, first) => feed.stop(run, first),
    restart: async (run) => feed.restart(run),
    rerun: async (run) => feed.rerun(run),
    pull: async (run) => feed.pull(run),
  };
}

async function* merged(
  events: AsyncIterable<FeedEvent>,
  { id, shares, onEnd }: FeedGroup,
): AsyncGenerator<FeedEvent> {
  const going = new Set(shares);
  /** Each on its host: a trial that is taken from one is on another already. */
  const live = new Set<string>();
  /** The host that told last of each trial: another that removes it has given it away. */
  const places = new Map<RunId, string>();
  let coordinator: RunState | null = null;
  for await (const happened of events) {
    if (happened.type === 'meta') {
      const { meta } = happened;
      if (shares.has(meta.id)) continue;
      const batch = meta.batch === null ? null : { ...meta.batch, id };
      yield { ...happened, meta: { ...meta, batch } };
      continue;
    }
    if (happened.type !== 'agent') {
      yield happened;
      continue;
    }
    const { event } = happened;
    const placeOf = (run: RunId) => `${happened.host} ${run}`;
    if (event.type === 'removed') live.delete(placeOf(event.id));
    if (event.type === 'removed' && shares.has(event.id)) going.delete(event.id);
    if (event.type === 'run') {
      const isShare = shares.has(event.run.id);
      const among = isShare ? going : live;
      const place = isShare ? event.run.id : placeOf(event.run.id);
      if (!isFinal(event.run.status)) among.add(place);
      else if (among.delete(place) && isShare) onEnd(event.run);
      if (isShare) coordinator = event.run;
      else {
        places.set(event.run.id, happened.host);
        yield { ...happened, event: { ...event, run: { ...event.run, batch: id } } };
      }
    } else if (event.type !== 'removed' || (places.get(event.id) ?? happened.host) === happened.host)
      yield happened;
    if (going.size > 0 || live.size > 0) continue;
    // The batch is over, for whoever looks at it as one.
    if (coordinator !== null) {
      const { seq } = event;
      yield { ...happened, event: { type: 'run', seq, run: { ...coordinator, id } } };
    }
    return;
  }
}
