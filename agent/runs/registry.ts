import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { isFinal, RunId, type RunState } from '#protocol';
import { attemptFiles, runFiles, writeWhole, type Home } from '../home/index.ts';
import { LIMIT_GRACE_MS, timestamp, type Launcher } from '../launch/index.ts';
import { writeAttrs } from '../staging/index.ts';
import { Growth } from '../tail/index.ts';
import { deriveOutcome, type FactsReader, type RunFacts } from '../state/index.ts';
import { LiveRun } from './live.ts';
import { noSuchRun } from './no-such-run.ts';
import type { Observers } from './observer.ts';
import type { QueuedRun, Scheduler } from './scheduler.ts';

export interface RegistryContext {
  readonly home: Home;
  readonly facts: FactsReader;
  readonly launcher: Launcher;
  readonly scheduler: Scheduler;
  readonly observers: Observers;
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
  readonly #live = new Map<RunId, Promise<LiveRun | null>>();
  readonly #watched = new Map<RunId, LiveRun>();
  readonly #followers = new Map<RunId, Set<Growth>>();
  #closing = false;
  /** What is found at the start is no news. */
  #restoring = false;

  constructor(context: RegistryContext) {
    this.#context = context;
  }

  dirOf(id: RunId): string {
    return join(this.#context.home.runs, id);
  }

  /** Learns of all runs there are, and takes up what an earlier agent left off: live runs and unfinished stops. */
  restore(): void {
    this.#restoring = true;
    const facts = this.#ids().flatMap((id) => this.#readFacts(id) ?? []);
    const live = facts.filter((each) => this.#take(each).status === 'running');
    this.#restoring = false;
    for (const each of live) if (each.stop !== null) this.#goOnStopping(each.id);
  }

  /** What waits and what holds devices now, for a scheduler that begins. */
  scheduled(): Parameters<Scheduler['restore']>[0] {
    const facts = [...this.#states.values()]
      .filter(({ status }) => status === 'pending' || status === 'running')
      .flatMap(({ id }) => this.#readFacts(id) ?? []);
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
      if (state === undefined || !isFinal(state.status)) this.refresh(id);
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
    if (this.#readFacts(id) === null && this.#factsIn(trashed, id) !== null) return trashed;
    return this.dirOf(this.facts(id).id);
  }

  /** The facts of a run now, or null when there is none by that id that is this host's. */
  find(id: RunId): RunFacts | null {
    return this.#readFacts(id);
  }

  /** The facts of a run now. Throws `no-such-run`. */
  facts(id: RunId): RunFacts {
    const facts = this.find(id);
    if (facts === null) throw noSuchRun(id);
    return facts;
  }

  /** A run's state now, from its directory, wherever that can be read. Throws `no-such-run`. */
  state(id: RunId): RunState {
    const facts = this.#readFacts(id);
    if (facts !== null) return this.#take(facts);
    const trashed = this.#factsIn(join(this.#context.home.trash, id), id);
    if (trashed === null) throw noSuchRun(id);
    return this.#assemble(trashed);
  }

  /** Looks at a run anew and tells of what has changed. A run that is gone is forgotten. */
  refresh(id: RunId): void {
    const facts = this.#readFacts(id);
    if (facts === null) this.forget(id);
    else this.#take(facts);
  }

  /** Tells a reader of a run's output when to look again, its end included. */
  follow(id: RunId): { readonly growth: Growth; readonly release: () => void } {
    const growth = new Growth(runFiles(this.dirOf(id)).output);
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

  /** Resolves when all that an attempt printed before it ended was observed. */
  async observed(id: RunId): Promise<void> {
    await this.#watched.get(id)?.done;
  }

  /** True while any run lives or waits. */
  get busy(): boolean {
    return [...this.#states.values()].some(({ status }) => status === 'running' || status === 'pending');
  }

  forget(id: RunId): void {
    this.#context.facts.forget(this.dirOf(id));
    if (!this.#states.delete(id)) return;
    this.#context.scheduler.withdraw(id);
    this.#context.onRemoved(id);
  }

  async close(): Promise<void> {
    this.#closing = true;
    const live = await Promise.all(this.#live.values());
    await Promise.all(live.map(async (each) => each?.close()));
  }

  #ids(): RunId[] {
    return readdirSync(this.#context.home.runs).filter((name) => v.is(RunId, name));
  }

  #readFacts(id: RunId): RunFacts | null {
    return this.#factsIn(this.dirOf(id), id);
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
    const settled = this.#settle(facts);
    const state = this.#assemble(settled);
    this.#states.set(state.id, state);
    // What ended before it was seen to run, or while no agent was there, still has its output to be observed.
    if (state.status === 'running' || (isFinal(state.status) && !facts.settled)) this.#watch(settled);
    if (this.#restoring || (before !== undefined && isSame(before, state))) return state;
    if (state.status === 'pending' && before?.status !== 'pending')
      for (const run of queued(facts)) this.#context.scheduler.submit(run);
    if (isFinal(state.status) && before !== undefined && !isFinal(before.status)) {
      this.#context.scheduler.ended(state.id);
      this.#watched.get(state.id)?.growth.wake();
      for (const growth of this.#followers.get(state.id) ?? []) growth.wake();
    }
    this.#context.onState(state);
    return state;
  }

  /** What is lost is recorded, so that it is not judged anew; but not while anything of it lives. */
  #settle(facts: RunFacts): RunFacts {
    const outcome = deriveOutcome(facts);
    if (outcome.status !== 'lost' || facts.problem !== null || facts.recorded === null) return facts;
    const rebooted = facts.supervisor !== null && facts.supervisor.bootId !== facts.bootId;
    if (!rebooted && this.#context.anythingLeft(facts.id)) return { ...facts, operationAlive: true };
    const dir = this.dirOf(facts.id);
    const at = timestamp();
    const problem = { kind: 'lost' as const, message: outcome.reason ?? 'supervisor killed', at };
    writeWhole(attemptFiles(dir, facts.recorded.spec.attempt).problem, JSON.stringify(problem));
    writeAttrs(dir, { stopped: String(at) });
    rmSync(runFiles(dir).lock, { force: true });
    return { ...facts, problem, stopped: at };
  }

  #assemble(facts: RunFacts): RunState {
    const { status, exitStatus, reason } = deriveOutcome(facts);
    const spec = facts.recorded?.spec ?? null;
    const running = status === 'running';
    const observed =
      this.#watched.get(facts.id)?.observer ?? this.#context.observers.recall(this.dirOf(facts.id));
    return {
      id: facts.id,
      attempt: spec?.attempt ?? 1,
      status,
      exitStatus,
      reason,
      initialized: facts.initialized,
      started: facts.started,
      stopped: isFinal(status) ? (facts.exit?.at ?? facts.stopped) : null,
      outputBytes: facts.outputBytes,
      gpus: running ? [...(facts.intent?.devices ?? [])] : [],
      batch: spec?.batch?.id ?? null,
      queue: status === 'pending' ? this.#context.scheduler.place(facts.id) : null,
      scalars: observed?.scalars ?? {},
      progress: running ? (observed?.progress ?? null) : null,
    };
  }

  #watch(facts: RunFacts): void {
    const { id, recorded } = facts;
    if (this.#live.has(id) || this.#closing || recorded === null) return;
    this.#live.set(id, this.#startWatching(facts, recorded.spec.stopAfterMinutes));
  }

  async #startWatching(facts: RunFacts, minutes: number | null): Promise<LiveRun | null> {
    const { id, recorded, intent } = facts;
    const dir = this.dirOf(id);
    if (recorded === null) return null;
    try {
      const observer = await this.#context.observers.observe({ dir, spec: recorded.spec });
      const live = new LiveRun({
        dir,
        observer,
        ended: () => isFinal(this.#states.get(id)?.status ?? 'lost'),
        look: () => this.refresh(id),
        onOutput: () => this.refresh(id),
        deadline: minutes === null || intent === null ? null : intent.at / 1000 + minutes * 60_000,
        onDeadline: () =>
          void this.#context.launcher.stop(id, { graceMs: LIMIT_GRACE_MS, why: 'stop-after' }),
      });
      this.#watched.set(id, live);
      void live.done.then(() => this.#unwatch(id, live));
      return live;
    } catch (error) {
      console.error(`Cannot watch the run ${id}:`, error);
      this.#live.delete(id);
      return null;
    }
  }

  /** The run has ended and its output was read to the end: what was derived from it is complete now. */
  #unwatch(id: RunId, live: LiveRun): void {
    live.growth.close();
    if (this.#closing) return;
    this.refresh(id);
    this.#watched.delete(id);
    this.#live.delete(id);
    const state = this.#states.get(id);
    if (state !== undefined && isFinal(state.status)) this.#context.onSettled(state);
  }

  #goOnStopping(id: RunId): void {
    void this.#context.launcher.stop(id, { graceMs: LIMIT_GRACE_MS }).catch((error: unknown) => {
      console.error(`Cannot go on stopping ${id}:`, error);
    });
  }
}

function queued({ recorded, markedAt, initialized }: RunFacts): QueuedRun[] {
  return recorded === null ? [] : [{ spec: recorded.spec, since: markedAt ?? initialized ?? 0 }];
}

function isSame(a: RunState, b: RunState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
