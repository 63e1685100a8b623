export interface HostRoom {
  /** Trials that run there at a time. */
  readonly slots: number;
  /** Trials that may wait there besides, so that a slot doesn't idle for a round trip. */
  readonly ahead: number;
}

interface HostState extends HostRoom {
  readonly placed: Set<number>;
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
  readonly #canary: boolean;
  /** Trials that are being taken back. */
  readonly #leaving = new Set<number>();
  #slots = 0;

  constructor(trials: readonly number[], { canary = false }: { readonly canary?: boolean } = {}) {
    this.#waiting = trials;
    this.#canary = canary;
  }

  /** A host has joined, or has other room than before. */
  join(host: string, room: HostRoom): void {
    const before = this.#hosts.get(host);
    this.#slots += room.slots - (before?.isOpen ? before.slots : 0);
    const { placed = new Set<number>(), isUntried = this.#canary, isBarred = false } = before ?? {};
    this.#hosts.set(host, { ...room, placed, isUntried, isBarred, isOpen: true });
    this.#free.add(host);
  }

  /** A host can't be reached. What was placed there stays there. */
  leave(host: string): void {
    const state = this.#hosts.get(host);
    if (!state?.isOpen) return;
    state.isOpen = false;
    this.#slots -= state.slots;
    this.#free.delete(host);
  }

  /** A trial that a host was given before, found there again. */
  found(host: string, trial: number): void {
    this.#hosts.get(host)?.placed.add(trial);
  }

  /** A trial is over on its host. With `again`, it goes back to those that wait. */
  over(host: string, trial: number, { again = false, passed = true } = {}): void {
    const state = this.#hosts.get(host);
    if (!state) return;
    state.placed.delete(trial);
    if (again) this.#again.push(trial);
    if (passed) state.isUntried = false;
    else if (state.isUntried) state.isBarred = true;
    if (state.isOpen) this.#free.add(host);
  }

  /** Trials that no host was given yet. */
  get waiting(): number {
    return this.#waiting.length - this.#next + this.#again.length;
  }

  /** Assigns what can be assigned now. */
  *assign(): Generator<Assignment> {
    for (const host of this.#free) {
      const state = this.#hosts.get(host);
      // A Set visits what is added while it is walked, so a host with more room comes round again.
      this.#free.delete(host);
      if (!state || !this.#hasRoom(state)) continue;
      const trial = this.#take();
      this.#free.add(host);
      if (trial === undefined) return;
      state.placed.add(trial);
      yield { host, trial };
    }
  }

  /**
   * Trials to take back: where none waits here any more, a host with free slots and another with trials that have not started. As
   * many as there are free slots, each named once until `settled`.
   */
  *surplus(started: ReadonlySet<number>): Generator<Assignment> {
    if (this.waiting > 0) return;
    let free = -this.#leaving.size;
    const crowded: [string, HostState][] = [];
    for (const [name, state] of this.#hosts) {
      if (!state.isOpen || state.isBarred) continue;
      if (state.placed.size < state.slots) free += state.slots - state.placed.size;
      if (state.placed.size > state.slots) crowded.push([name, state]);
    }
    for (const [host, { placed, slots }] of crowded) {
      let spare = placed.size - slots;
      for (const trial of [...placed].reverse()) {
        if (free <= 0) return;
        if (spare <= 0) break;
        if (started.has(trial) || this.#leaving.has(trial)) continue;
        this.#leaving.add(trial);
        spare -= 1;
        free -= 1;
        yield { host, trial };
      }
    }
  }

  /** It is known whether a trial that was to be taken back came back. */
  settled(trial: number): void {
    this.#leaving.delete(trial);
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
