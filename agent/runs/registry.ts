import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { isFinal, RunId, type RunState } from '#protocol';
import { isMissing, type Home } from '../home/index.ts';
import { LIMIT_GRACE_MS, type Launcher } from '../launch/index.ts';
import { deriveOutcome, RECEIPT_OVERDUE, type FactsReader, type RunFacts } from '../state/index.ts';
import { assembleState } from './assemble.ts';
import { settleLoss } from './loss.ts';
import { News } from './news.ts';
import { noSuchRun } from './no-such-run.ts';
import type { MakeJoiner, Observers } from './observer.ts';
import { queued } from './queued.ts';
import type { Scheduler } from './scheduler.ts';
import type { StateIndex } from './state-index.ts';
import { Unseen } from './unseen.ts';
import { RunWatches } from './watches.ts';

export interface RegistryContext {
  readonly home: Home;
  readonly facts: FactsReader;
  readonly index: StateIndex;
  readonly launcher: Launcher;
  readonly scheduler: Scheduler;
  readonly observers: Observers;
  readonly makeJoiner: MakeJoiner;
  readonly onState: (state: RunState) => void;
  readonly onRemoved: (id: RunId) => void;
  /** A run that was watched has ended, and all that was to be derived from it is on disk. */
  readonly onSettled: (state: RunState) => void;
  /** True when processes that carry the run's tag are alive, whatever its receipts say. */
  readonly anythingLeft: (id: RunId) => boolean;
  /** True while the supervisor that this agent has just started may not have claimed its attempt yet. */
  readonly isStarting: (id: RunId) => boolean;
}

/**
 * Knows every run of this host. It holds no truth: each state is derived from the run's directory, and the map is a cache that
 * an agent's start builds anew. A run that lives is watched until its outcome is on disk.
 */
export class RunRegistry {
  readonly #context: RegistryContext;
  readonly #states = new Map<RunId, RunState>();
  /** Who watches the runs that live; readers of output are told by it when to look. */
  readonly watches: RunWatches;
  readonly unseen = new Unseen((id) => this.refresh(id));
  /** What is found at the start is no news. */
  #restoring = false;
  readonly #news: News;

  constructor(context: RegistryContext) {
    this.#context = context;
    const { home, launcher, observers, makeJoiner } = context;
    this.watches = new RunWatches({
      home,
      launcher,
      observers,
      makeJoiner,
      ended: (id) => isFinal(this.#states.get(id)?.status ?? 'lost'),
      refresh: (id) => this.refresh(id),
      onDone: (id) => this.#done(id),
    });
    this.#news = new News({ isReading: (id) => this.watches.isReading(id), onState: context.onState });
  }

  dirOf(id: RunId): string {
    return join(this.#context.home.runs, id);
  }

  /** Learns of all runs there are, and takes up what an earlier agent left off: live runs and unfinished stops. */
  restore(): void {
    this.#restoring = true;
    const facts = this.#ids().flatMap((id) => {
      const ended = this.#context.index.recall(id, this.dirOf(id));
      if (ended === null) return this.find(id) ?? [];
      this.#states.set(id, ended);
      return [];
    });
    const live = facts.filter((each) => this.#take(each).status === 'running');
    this.#restoring = false;
    for (const each of live) if (each.stop !== null) this.#goOnStopping(each.id);
  }

  /** What waits and what holds devices now, for a scheduler that begins. */
  scheduled(): Parameters<Scheduler['restore']>[0] {
    const facts = [...this.#states.values()]
      .filter(({ status }) => status === 'pending' || status === 'running')
      .flatMap(({ id }) => this.find(id) ?? []);
    return {
      waiting: facts.filter((each) => deriveOutcome(each).status === 'pending').flatMap(queued),
      holding: facts
        .filter((each) => deriveOutcome(each).status === 'running')
        .flatMap(({ recorded, intent }) =>
          recorded === null ? [] : [{ spec: recorded.spec, devices: intent?.devices ?? [] }],
        ),
    };
  }

  /** Looks for what others have done in the home: new and vanished runs, and changes of those that haven't ended. */
  discover(): void {
    const found = new Set(this.#ids());
    for (const id of this.#states.keys()) if (!found.has(id)) this.forget(id);
    for (const id of found) {
      const state = this.#states.get(id);
      if (state === undefined || !isFinal(state.status) || state.reason === RECEIPT_OVERDUE) this.refresh(id);
    }
  }

  states(): RunState[] {
    return [...this.#states.values()];
  }

  /**
   * Where a run can be read: also in the trash, because a run that its success removed still owes its last bytes and its outcome
   * to whoever waits for them. Throws `no-such-run`.
   */
  readableDir(id: RunId): string {
    const trashed = join(this.#context.home.trash, id);
    if (this.find(id) === null && this.#factsIn(trashed, id) !== null) return trashed;
    return this.dirOf(this.facts(id).id);
  }

  /** The facts of a run now, or null when there is none by that id that is this host's. */
  find(id: RunId): RunFacts | null {
    return this.#factsIn(this.dirOf(id), id);
  }

  /** The facts of a run now. Throws `no-such-run`. */
  facts(id: RunId): RunFacts {
    const facts = this.find(id);
    if (facts === null) throw noSuchRun(id);
    return facts;
  }

  /** A run's state now, from its directory, wherever that can be read. Throws `no-such-run`. */
  state(id: RunId): RunState {
    const known = this.unseen.has(id) ? this.#states.get(id) : undefined;
    if (known !== undefined) return known;
    const facts = this.find(id);
    if (facts !== null) return this.#take(facts);
    const trashed = this.#factsIn(join(this.#context.home.trash, id), id);
    if (trashed === null) throw noSuchRun(id);
    return this.#assemble(trashed);
  }

  /** Whether a run here has written what is not in its output yet. */
  isUnjoined(id: RunId): boolean {
    return this.find(id)?.isUnjoined ?? false;
  }

  /** Takes in the new places of runs that wait, without a look at the disk: each start moves all of them. */
  placesChanged(ids: readonly RunId[]): void {
    for (const id of ids) {
      const state = this.#states.get(id);
      if (state?.status !== 'pending') continue;
      const moved = { ...state, queue: this.#context.scheduler.place(id) };
      if (isSame(state, moved)) continue;
      this.#states.set(id, moved);
      this.#context.onState(moved);
    }
  }

  /** Looks at a run anew and tells of what has changed. A run that is gone is forgotten. */
  refresh(id: RunId): void {
    if (this.unseen.has(id)) return;
    const facts = this.find(id);
    if (facts === null) this.forget(id);
    else this.#take(facts);
  }

  /** All that was to be done after a run's end has been done: its state is worth remembering. */
  settled(id: RunId): void {
    const state = this.#states.get(id);
    if (state !== undefined) this.#context.index.remember(state, this.dirOf(id));
  }

  /** True while any run lives or waits. */
  get busy(): boolean {
    return [...this.#states.values()].some(({ status }) => status === 'running' || status === 'pending');
  }

  forget(id: RunId): void {
    this.#context.facts.forget(this.dirOf(id));
    this.#context.index.forget(id);
    this.#news.forget(id);
    if (!this.#states.delete(id)) return;
    this.#context.scheduler.withdraw(id);
    this.#context.onRemoved(id);
  }

  async close(): Promise<void> {
    this.#context.index.close();
    await this.watches.close();
  }

  #ids(): RunId[] {
    try {
      return readdirSync(this.#context.home.runs).filter((name) => v.is(RunId, name));
    } catch (error) {
      // Somebody removed all of them.
      if (isMissing(error)) return [];
      throw error;
    }
  }

  #factsIn(dir: string, id: string): RunFacts | null {
    try {
      const facts = this.#context.facts.read(dir);
      const starting = facts?.claimAge === null && facts.intent !== null && this.#context.isStarting(id);
      return starting ? { ...facts, claimAge: 0 } : facts;
    } catch (error) {
      // One damaged directory must not hide all the others.
      console.error(`Cannot read the run ${id}:`, error);
      return null;
    }
  }

  /** Derives a state, remembers it, and does what its change asks for. */
  #take(facts: RunFacts): RunState {
    const before = this.#states.get(facts.id);
    const settled = settleLoss(this.dirOf(facts.id), facts, () => this.#context.anythingLeft(facts.id));
    const state = this.#assemble(settled);
    this.#states.set(state.id, state);
    if (facts.settled && isFinal(state.status) && (before === undefined || !isSame(before, state)))
      this.#context.index.remember(state, this.dirOf(state.id));
    // What ended before it was seen to run, or while no agent was there, still has its output to be observed.
    if (state.status === 'running' || (isFinal(state.status) && (!facts.settled || facts.isUnjoined)))
      this.watches.begin(settled);
    const isNews = before === undefined || !isSame(before, state);
    if (this.#restoring || (!isNews && !this.#news.isOwed(state.id))) return state;
    if (state.status === 'pending' && before?.status !== 'pending')
      for (const run of queued(facts)) this.#context.scheduler.submit(run);
    if (isFinal(state.status) && before !== undefined && !isFinal(before.status)) {
      this.#context.scheduler.ended(state.id);
      this.watches.wake(state.id);
    }
    this.#news.tell(state);
    return state;
  }

  #assemble(facts: RunFacts): RunState {
    const { scheduler } = this.#context;
    return assembleState(facts, {
      observed: this.watches.observed(facts.id),
      place: (id) => scheduler.place(id),
    });
  }

  #done(id: RunId): void {
    const state = this.#states.get(id);
    if (state !== undefined && isFinal(state.status)) this.#context.onSettled(state);
  }

  #goOnStopping(id: RunId): void {
    this.#context.launcher.stop(id, { graceMs: LIMIT_GRACE_MS }).catch((error: unknown) => {
      console.error(`Cannot go on stopping ${id}:`, error);
    });
  }
}

function isSame(a: RunState, b: RunState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
