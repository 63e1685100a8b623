import { isFinal, UserError, type RunId, type RunState, type StopSignal } from '#protocol';
import type { Host } from '#controller/remotes';
import { EventQueue } from './event-queue.ts';
import { followOutput } from './follow-output.ts';
import { HISTORY_LIMIT } from './history.ts';
import { MetaAsker } from './meta-asker.ts';
import type { FeedEvent, ViewFeed } from './view-feed.ts';

/** What only the command line can do. They give words on what was done. */
export interface FeedActions {
  readonly restart: (id: RunId) => Promise<string>;
  readonly rerun: (id: RunId) => Promise<string>;
  readonly pull: (id: RunId) => Promise<string>;
}

export interface HostsFeedOptions extends Partial<FeedActions> {
  readonly hosts: readonly Host[];
  /** Which runs are looked at; all where it isn't given. */
  readonly wants?: (run: RunState) => boolean;
  /** The feed ends when this run has; without it, only with its signal. */
  readonly until?: RunId | undefined;
  /** Runs that are live: the feed ends when they have ended, and all that began meanwhile. */
  readonly untilOver?: readonly RunId[] | undefined;
  /** What is known besides: the batch, transfers, notices. */
  readonly besides?: readonly ((signal: AbortSignal) => AsyncIterable<FeedEvent>)[];
}

/** A feed from the hosts' own events and output. */
export function hostsFeed(options: HostsFeedOptions): ViewFeed {
  return new HostsFeed(options);
}

/** Twice as many as are drawn: of two, the least and the greatest. */
const CURVE_POINTS = 2 * HISTORY_LIMIT;

class HostsFeed implements ViewFeed {
  readonly #options: HostsFeedOptions;
  readonly #places = new Map<RunId, { readonly host: Host; readonly state: RunState }>();
  readonly #queue = new EventQueue();
  #wish: { readonly ids: readonly RunId[]; readonly from: 'start' | 'tail' } = { ids: [], from: 'tail' };
  readonly #following = new Map<RunId, AbortController>();
  /** Runs whose output was followed to its end. */
  readonly #given = new Set<RunId>();
  #curves: Promise<void> = Promise.resolve();
  readonly #forsaken = new Set<Host>();
  readonly #live: Set<RunId> | null;
  #signal: AbortSignal = AbortSignal.abort();

  constructor(options: HostsFeedOptions) {
    this.#options = options;
    this.#live = options.untilOver === undefined ? null : new Set(options.untilOver);
  }

  async *events(signal: AbortSignal): AsyncIterable<FeedEvent> {
    const inner = new AbortController();
    const { hosts, besides = [] } = this.#options;
    this.#signal = AbortSignal.any([signal, inner.signal]);
    const end = () => this.#queue.end();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const guard = (work: Promise<void>) => {
      work.catch((error: unknown) => {
        if (!this.#signal.aborted) this.#queue.fail(error);
      });
    };
    for (const host of hosts) guard(this.#watchOrGiveUp(host));
    for (const more of besides) guard(this.#pass(more(this.#signal)));
    const unlink = hosts.map((host) => this.#watchLink(host));
    try {
      yield* this.#queue.read();
    } finally {
      signal.removeEventListener('abort', end);
      inner.abort();
      for (const stop of unlink) stop();
    }
  }

  follow(ids: readonly RunId[], from: 'start' | 'tail'): void {
    this.#wish = { ids, from };
    for (const [id, controller] of this.#following) {
      if (ids.includes(id)) continue;
      controller.abort();
      this.#following.delete(id);
      this.#given.delete(id);
    }
    for (const id of ids) this.#followIfKnown(id);
  }

  curves(ids: readonly RunId[]): void {
    for (const id of ids) {
      // One after another: what is seen first comes first, and a host does nothing else meanwhile for no longer than one takes.
      this.#curves = this.#curves.then(async () => this.#giveCurves(id));
    }
  }

  async #giveCurves(id: RunId): Promise<void> {
    const host = this.#places.get(id)?.host;
    if (host === undefined || host.link.kind !== 'live' || this.#signal.aborted) return;
    try {
      const curves = await host.curves(id, CURVE_POINTS, { signal: this.#signal });
      await this.#queue.push({ type: 'curves', at: Date.now(), id, curves });
    } catch {
      // A run that has gone, or a host that has: its course is not drawn.
    }
  }

  output(id: RunId, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return this.#place(id).host.output(id, { from: 0, follow: false, signal });
  }

  async stop(id: RunId, first?: StopSignal): Promise<void> {
    await this.#place(id).host.stop(id, { first, signal: this.#signal });
  }

  async restart(id: RunId): Promise<string> {
    return this.#act('restart', id);
  }

  async rerun(id: RunId): Promise<string> {
    return this.#act('rerun', id);
  }

  async pull(id: RunId): Promise<string> {
    return this.#act('pull', id);
  }

  async #act(kind: keyof FeedActions, id: RunId): Promise<string> {
    const act = this.#options[kind];
    if (act !== undefined) return act(id);
    throw new UserError({
      code: `no-${kind}-here`,
      message: `this view cannot ${kind} runs`,
      hint: `sortie ${{ restart: 'run --restart', rerun: 'run --proto', pull: 'pull' }[kind]} ${id.slice(0, 8)}`,
    });
  }

  #place(id: RunId): { readonly host: Host; readonly state: RunState } {
    const place = this.#places.get(id);
    if (place) return place;
    throw new UserError({
      code: 'run-not-found',
      message: `run ${id.slice(0, 8)} is not known to any host here yet`,
    });
  }

  #watchLink(host: Host): () => void {
    let wasLive = false;
    return host.onLink((link) => {
      void this.#queue.push({ type: 'link', at: Date.now(), host: host.name, link });
      const isLive = link.kind === 'live';
      if (isLive && !wasLive) void this.#askInfo(host);
      wasLive = isLive;
    });
  }

  async #askInfo(host: Host): Promise<void> {
    try {
      const info = await host.info({ signal: this.#signal });
      await this.#queue.push({ type: 'host', at: Date.now(), host: host.name, info });
    } catch (error) {
      if (this.#signal.aborted) return;
      const text = `${host.name}: ${error instanceof Error ? error.message : String(error)}`;
      await this.#queue.push({ type: 'notice', at: Date.now(), level: 'warning', text });
    }
  }

  /** A host that can't be had is told of where others are still looked at; it ends the view where it was the last. */
  async #watchOrGiveUp(host: Host): Promise<void> {
    try {
      await this.#watchHost(host);
    } catch (error) {
      this.#forsaken.add(host);
      if (this.#signal.aborted || this.#forsaken.size === this.#options.hosts.length) throw error;
      const text = `${host.name}: ${error instanceof Error ? error.message : String(error)}`;
      await this.#queue.push({ type: 'notice', at: Date.now(), level: 'error', text });
    }
  }

  async #watchHost(host: Host): Promise<void> {
    const asked = new MetaAsker(host, this.#queue, this.#signal);
    for await (const event of host.events({ signal: this.#signal })) {
      if (event.type === 'run') {
        if (this.#options.wants?.(event.run) === false) continue;
        this.#places.set(event.run.id, { host, state: event.run });
        asked.about(event.run.id);
      }
      await this.#queue.push({ type: 'agent', at: Date.now(), host: host.name, event });
      if (event.type === 'run') this.#react(event.run);
    }
  }

  /** Follows a run that was wished for before it was known, and ends the feed when what it is for is over. */
  #react(run: RunState): void {
    if (this.#wish.ids.includes(run.id)) this.#followIfKnown(run.id);
    if (run.id === this.#options.until) this.#endIfOver(run.id);
    if (this.#live === null) return;
    if (run.status === 'staged') return;
    if (!isFinal(run.status)) this.#live.add(run.id);
    else if (this.#live.delete(run.id) && this.#live.size === 0) this.#queue.end();
  }

  /** A run that is waited for is over once it has ended and, if its output is followed, all of that has been given out. */
  #endIfOver(id: RunId): void {
    const state = this.#places.get(id)?.state;
    if (state === undefined || !isFinal(state.status)) return;
    if (!this.#following.has(id) || this.#given.has(id)) this.#queue.end();
  }

  #followIfKnown(id: RunId): void {
    const place = this.#places.get(id);
    if (place === undefined || this.#following.has(id) || this.#signal.aborted) return;
    const controller = new AbortController();
    this.#following.set(id, controller);
    const signal = AbortSignal.any([this.#signal, controller.signal]);
    const { from } = this.#wish;
    void this.#giveOutput(id, followOutput({ ...place, from, signal, queue: this.#queue }));
  }

  async #giveOutput(id: RunId, whole: Promise<boolean>): Promise<void> {
    if (!(await whole)) return;
    this.#given.add(id);
    if (id === this.#options.until) this.#endIfOver(id);
  }

  async #pass(events: AsyncIterable<FeedEvent>): Promise<void> {
    for await (const event of events) await this.#queue.push(event);
  }
}
