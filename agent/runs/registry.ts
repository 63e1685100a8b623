import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isFinal, type RunId, type RunState } from '#protocol';
import { attemptFiles, runFiles, writeDurably, type Home } from '../home/index.ts';
import { LIMIT_GRACE_MS, timestamp, type Launcher } from '../launch/index.ts';
import type { Platform } from '../platform/index.ts';
import { writeAttrs } from '../staging/index.ts';
import { Growth } from '../tail/index.ts';
import { deriveOutcome, readFacts, type RunFacts } from '../state/index.ts';
import { LiveRun } from './live.ts';
import { noSuchRun } from './no-such-run.ts';
import type { Observers } from './observer.ts';
import { isOurs } from './ownership.ts';
import type { Scheduler } from './scheduler.ts';

export interface RegistryContext {
  readonly home: Home;
  readonly hostId: string;
  readonly platform: Platform;
  readonly launcher: Launcher;
  readonly scheduler: Scheduler;
  readonly observers: Observers;
  readonly onState: (state: RunState) => void;
  readonly onRemoved: (id: RunId) => void;
  /** True when processes that carry the run's tag are alive, whatever its receipts say. */
  readonly anythingLeft: (id: RunId) => boolean;
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

  /** Learns of all runs there are, and takes up what an earlier agent left off: live runs, unfinished stops, what waits. */
  restore(): void {
    this.#restoring = true;
    const facts = readdirSync(this.#context.home.runs)
      .map((name) => this.#readFacts(name))
      .filter((each) => each !== null);
    const live = facts.filter((each) => this.#take(each).status === 'running');
    const waiting = facts.filter((each) => this.#states.get(each.id)?.status === 'pending');
    this.#context.scheduler.restore({
      waiting: waiting.flatMap((each) => queued(each)),
      holding: live.flatMap(({ recorded, intent }) =>
        recorded === null ? [] : [{ spec: recorded.spec, devices: intent?.devices ?? [] }],
      ),
    });
    this.#restoring = false;
    for (const each of live) if (each.stop !== null) this.#goOnStopping(each.id);
  }

  states(): RunState[] {
    return [...this.#states.values()];
  }

  ids(): RunId[] {
    return [...this.#states.keys()];
  }

  /** The facts of a run now. Throws `no-such-run`. */
  facts(id: RunId): RunFacts {
    const facts = this.#readFacts(id);
    if (facts === null) throw noSuchRun(id);
    return facts;
  }

  /** A run's state now, from its directory. Throws `no-such-run`. */
  state(id: RunId): RunState {
    return this.#take(this.facts(id));
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
    if (!this.#states.delete(id)) return;
    this.#context.scheduler.withdraw(id);
    this.#context.onRemoved(id);
  }

  async close(): Promise<void> {
    this.#closing = true;
    const live = await Promise.all(this.#live.values());
    await Promise.all(live.map(async (each) => each?.close()));
  }

  #readFacts(id: string): RunFacts | null {
    if (!/^[0-9a-f]{32}$/.test(id)) return null;
    const dir = this.dirOf(id);
    try {
      return isOurs(dir, this.#context.hostId) ? readFacts(dir, id, this.#context.platform) : null;
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
    if (state.status === 'running') this.#watch(settled);
    if (this.#restoring || (before !== undefined && isSame(before, state))) return state;
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
    if (this.#context.anythingLeft(facts.id)) return { ...facts, operationAlive: true };
    const dir = this.dirOf(facts.id);
    const at = timestamp();
    const problem = { kind: 'lost' as const, message: outcome.reason ?? 'supervisor killed', at };
    writeDurably(attemptFiles(dir, facts.recorded.spec.attempt).problem, JSON.stringify(problem));
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
  }

  #goOnStopping(id: RunId): void {
    void this.#context.launcher.stop(id, { graceMs: LIMIT_GRACE_MS }).catch((error: unknown) => {
      console.error(`Cannot go on stopping ${id}:`, error);
    });
  }
}

function queued({ recorded, initialized }: RunFacts) {
  return recorded === null ? [] : [{ spec: recorded.spec, since: initialized ?? 0 }];
}

function isSame(a: RunState, b: RunState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
