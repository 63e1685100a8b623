export interface HostRoom {
  /** Trials that run there at a time. */
  readonly slots: number;
  /** Trials that may wait there besides, so that a slot doesn't idle for a round trip. */
  readonly ahead: number;
}

interface HostState extends HostRoom {
  readonly placed: Set<number>;
  /** Trials of `placed` that are being taken back. */
  readonly leaving: Set<number>;
  isOpen: boolean;
  /** Set until its first trial came through, where canaries are asked for. */
  isUntried: boolean;
  /** Its canary failed: it gets no more. */
  isBarred: boolean;
}

export interface Assignment {
  readonly host: string;
  readonly trial: number;
}

/**
 * Which trial goes to which host: list scheduling, a trial at a time to whoever has room. Pure; a step costs the same however
 * many hosts and trials there are. Trials are known by their place in the batch, from 0.
 */
export class Placement {
  readonly #waiting: readonly number[];
  #next = 0;
  readonly #again: number[] = [];
  readonly #hosts = new Map<string, HostState>();
  /** Hosts that may have room, each once, in the order they came to have it. */
  readonly #free = new Set<string>();
  /** Hosts with more trials than slots that may be taken back, each once. */
  readonly #crowded = new Set<string>();
  readonly #canary: boolean;
  /** Hosts that trials are being taken back from, by trial. */
  readonly #leaving = new Map<number, string>();
  /** Slots of the hosts that are there. */
  #slots = 0;
  /** Slots of hosts that may have trials and have fewer than slots. */
  #idle = 0;
  #barred = 0;
  #looks = 0;

  constructor(trials: readonly number[], { canary = false }: { readonly canary?: boolean } = {}) {
    this.#waiting = trials;
    this.#canary = canary;
  }

  /** A host has joined, or has other room than before. */
  join(host: string, room: HostRoom): void {
    this.leave(host);
    const {
      placed = new Set<number>(),
      leaving = new Set<number>(),
      isUntried = this.#canary,
      isBarred = false,
    } = this.#hosts.get(host) ?? {};
    this.#hosts.set(host, { ...room, placed, leaving, isUntried, isBarred, isOpen: true });
    this.#slots += room.slots;
    this.#idle += idleSlots(this.#hosts.get(host));
    this.#mayHaveRoom(host);
  }

  /** A host can't be reached. What was placed there stays there. */
  leave(host: string): void {
    const state = this.#hosts.get(host);
    if (!state?.isOpen) return;
    this.#idle -= idleSlots(state);
    state.isOpen = false;
    this.#slots -= state.slots;
    this.#free.delete(host);
    this.#crowded.delete(host);
  }

  /** A trial that a host was given before, found there again. */
  found(host: string, trial: number): void {
    this.#changed(host, ({ placed }) => placed.add(trial));
  }

  /** Where a trial is over, the host has room for another. `passed` says how it went; left out, nothing is learnt of the host. */
  over(host: string, trial: number, { passed }: { readonly passed?: boolean } = {}): void {
    this.#changed(host, (state) => {
      state.placed.delete(trial);
      if (passed === true) state.isUntried = false;
      if (passed === false && state.isUntried && !state.isBarred) {
        state.isBarred = true;
        this.#barred += 1;
      }
    });
  }

  /** A trial that came back from its host unstarted goes to those that wait, before them. */
  back(host: string, trial: number): void {
    this.over(host, trial);
    this.#again.push(trial);
  }

  /** What is on a host. */
  on(host: string): readonly number[] {
    return [...(this.#hosts.get(host)?.placed ?? [])];
  }

  isLeaving(trial: number): boolean {
    return this.#leaving.has(trial);
  }

  /** How many hosts get no more trials, because their first one failed. */
  get barred(): number {
    return this.#barred;
  }

  /** Hosts and trials looked at so far: what a simulation counts. */
  get looks(): number {
    return this.#looks;
  }

  /** Trials that no host was given yet. */
  get waiting(): number {
    return this.#waiting.length - this.#next + this.#again.length;
  }

  /** Assigns what can be assigned now. */
  *assign(): Generator<Assignment> {
    for (const host of this.#free) {
      this.#looks += 1;
      const state = this.#hosts.get(host);
      // A Set visits what is added while it is walked, so a host with more room comes round again.
      this.#free.delete(host);
      if (!state || !this.#hasRoom(state)) continue;
      const trial = this.#take();
      this.#free.add(host);
      if (trial === undefined) return;
      this.#changed(host, ({ placed }) => placed.add(trial));
      yield { host, trial };
    }
  }

  /**
   * Trials to take back: where none waits here any more, a host with free slots and another with trials that have not started. As
   * many as there are free slots, each named once until `settled`.
   */
  *surplus(isStarted: (trial: number) => boolean): Generator<Assignment> {
    if (this.waiting > 0) return;
    for (const host of this.#crowded) {
      const state = this.#hosts.get(host);
      this.#looks += 1;
      if (this.#idle <= this.#leaving.size) return;
      this.#crowded.delete(host);
      for (const trial of [...(state?.placed ?? [])].reverse()) {
        if (state === undefined || spareTrials(state) <= 0) break;
        if (this.#idle <= this.#leaving.size) {
          this.#crowded.add(host);
          return;
        }
        this.#looks += 1;
        if (isStarted(trial) || state.leaving.has(trial)) continue;
        this.#leaving.set(trial, host);
        state.leaving.add(trial);
        yield { host, trial };
      }
    }
  }

  /** It is known whether a trial that was to be taken back came back. */
  settled(trial: number): void {
    const host = this.#leaving.get(trial);
    this.#leaving.delete(trial);
    if (host !== undefined) this.#changed(host, ({ leaving }) => leaving.delete(trial));
  }

  /** Makes a change to a host, and keeps what is known of all hosts true. */
  #changed(host: string, change: (state: HostState) => void): void {
    const state = this.#hosts.get(host);
    if (state === undefined) return;
    const before = idleSlots(state);
    change(state);
    this.#idle += idleSlots(state) - before;
    this.#mayHaveRoom(host);
  }

  #mayHaveRoom(host: string): void {
    const state = this.#hosts.get(host);
    if (!state?.isOpen) return;
    this.#free.add(host);
    if (spareTrials(state) > 0) this.#crowded.add(host);
    else this.#crowded.delete(host);
  }

  /** Waiting ahead is for when there are trials enough for all: at the end, they go to free slots alone. */
  #hasRoom({ slots, ahead, placed, isUntried, isBarred, isOpen }: HostState): boolean {
    if (!isOpen || isBarred) return false;
    if (isUntried) return placed.size === 0;
    return placed.size < slots + (this.waiting > this.#slots ? ahead : 0);
  }

  #take(): number | undefined {
    const again = this.#again.shift();
    if (again !== undefined) return again;
    const next = this.#waiting[this.#next];
    if (next !== undefined) this.#next += 1;
    return next;
  }
}

/** Slots of a host that stand empty and may be filled. */
function idleSlots(state: HostState | undefined): number {
  if (!state?.isOpen || state.isBarred || state.isUntried) return 0;
  return Math.max(0, state.slots - state.placed.size);
}

/** Trials that a host has more than slots, and that nobody takes back yet. */
function spareTrials({ placed, slots, leaving }: HostState): number {
  return placed.size - slots - leaving.size;
}
