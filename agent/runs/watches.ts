import { join } from 'node:path';
import type { RunId } from '#protocol';
import { runFiles, type Home } from '../home/index.ts';
import { LIMIT_GRACE_MS, type Launcher } from '../launch/index.ts';
import type { RunFacts } from '../state/index.ts';
import { Growth } from '../tail/index.ts';
import { LiveRun } from './live.ts';
import type { MakeJoiner, Observers, RunObserver } from './observer.ts';

export interface WatchesContext {
  readonly home: Home;
  readonly launcher: Launcher;
  readonly observers: Observers;
  readonly makeJoiner: MakeJoiner;
  /** True when the outcome of a run is known. */
  readonly ended: (id: RunId) => boolean;
  /** Looks at a run anew. */
  readonly refresh: (id: RunId) => void;
  /** A run has ended, and all its output was observed. */
  readonly onDone: (id: RunId) => void;
}

/** The runs that are watched, from the moment they are seen to live until their output was observed to its end. */
export class RunWatches {
  readonly #context: WatchesContext;
  readonly #begun = new Map<RunId, Promise<LiveRun | null>>();
  readonly #live = new Map<RunId, LiveRun>();
  /** Runs whose output was observed to its end. */
  readonly #read = new Set<RunId>();
  readonly #followers = new Map<RunId, Set<Growth>>();
  #closing = false;

  constructor(context: WatchesContext) {
    this.#context = context;
  }

  /** Begins to watch a run; one that is watched already goes on being so. */
  begin(facts: RunFacts): void {
    if (this.#begun.has(facts.id) || this.#closing || facts.recorded === null) return;
    this.#begun.set(facts.id, this.#start(facts));
  }

  /** Whether a run's output is still being observed, or about to be. */
  isReading(id: RunId): boolean {
    return this.#begun.has(id) && !this.#read.has(id);
  }

  /** What was derived from a run's output, by the observer that feeds on it now or by the one that did. */
  observed(id: RunId): Pick<RunObserver, 'scalars' | 'progress'> | null {
    return this.#live.get(id)?.observer ?? this.#context.observers.recall(join(this.#context.home.runs, id));
  }

  /** Tells a reader of a run's output when to look again, its end included. */
  follow(id: RunId): { readonly growth: Growth; readonly release: () => void } {
    const growth = new Growth(runFiles(join(this.#context.home.runs, id)).output);
    const followers = this.#followers.get(id) ?? new Set();
    this.#followers.set(id, followers.add(growth));
    return {
      growth,
      release: () => {
        followers.delete(growth);
        if (followers.size === 0) this.#followers.delete(id);
        growth.close();
      },
    };
  }

  /** Lets all who read a run's output look again. */
  wake(id: RunId): void {
    this.#live.get(id)?.wake();
    for (const growth of this.#followers.get(id) ?? []) growth.wake();
  }

  /** A run has ended, and there is no space for its last output. */
  isStuck(id: RunId): boolean {
    return this.#live.get(id)?.isStuck ?? false;
  }

  /** Resolves when all that an attempt printed before it ended was observed. */
  async done(id: RunId): Promise<void> {
    await (
      await this.#begun.get(id)
    )?.done;
  }

  /** Ends all watches, what was derived so far saved; the runs go on. */
  async close(): Promise<void> {
    this.#closing = true;
    const live = await Promise.all(this.#begun.values());
    await Promise.all(live.map(async (each) => each?.close()));
  }

  async #start(facts: RunFacts): Promise<LiveRun | null> {
    const { id, recorded, intent } = facts;
    const { home, launcher, observers, makeJoiner, ended, refresh } = this.#context;
    if (recorded === null) return null;
    const { spec } = recorded;
    const dir = join(home.runs, id);
    const limit = spec.stopAfterMinutes;
    const from = facts.isUnjoined ? intent?.outputFrom : undefined;
    try {
      const live = new LiveRun({
        dir,
        observer: await observers.observe({ dir, spec }),
        joiner:
          from === undefined
            ? null
            : (signal) => makeJoiner({ dir, attempt: spec.attempt, from, ended: () => ended(id), signal }),
        ended: () => ended(id),
        onJoined: () => this.wake(id),
        look: () => refresh(id),
        onOutput: () => refresh(id),
        deadline: limit === null || intent === null ? null : intent.at / 1000 + limit * 60_000,
        onDeadline: () => {
          launcher.stop(id, { graceMs: LIMIT_GRACE_MS, why: 'stop-after' }).catch((error: unknown) => {
            console.error(`Cannot stop ${id} at its time limit:`, error);
          });
        },
      });
      this.#live.set(id, live);
      void live.done.then(() => this.#end(id, live));
      return live;
    } catch (error) {
      console.error(`Cannot watch the run ${id}:`, error);
      this.#begun.delete(id);
      return null;
    }
  }

  #end(id: RunId, live: LiveRun): void {
    live.growth.close();
    if (this.#closing) return;
    // Its last scalars are told from what the observer has, before it is let go.
    this.#read.add(id);
    this.#context.refresh(id);
    this.#live.delete(id);
    this.#begun.delete(id);
    this.#read.delete(id);
    this.#context.onDone(id);
  }
}
