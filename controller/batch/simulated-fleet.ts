import type { BatchCore } from './batch-core.ts';
import type { BatchAct, Told } from './batch-event.ts';
import type { Offered } from './journal.ts';
import type { HostRoom } from './placement.ts';
import { VirtualTime } from './virtual-time.ts';

/** A host that is there from `joins` on, and can't be reached from `lost` on until `back`; what runs there runs on, or dies with a reboot. */
export interface SimulatedHost extends HostRoom {
  readonly joins: number;
  readonly cut: { readonly lost: number; readonly back: number; readonly isReboot: boolean } | null;
}

type Run = Told & { readonly lease: number };

class Box {
  readonly plan: SimulatedHost;
  readonly runs = new Map<number, Run>();
  readonly queue: number[] = [];
  readonly revoked = new Map<number, number>();
  /** What waits for the link, both ways. */
  readonly held: (() => void)[] = [];
  running = 0;
  boots = 0;
  isReachable = false;

  constructor(plan: SimulatedHost) {
    this.plan = plan;
  }
}

/** Hosts in memory and in virtual time, that answer a coordinator's core as agents do: each message takes `latency`, each way. */
export class SimulatedFleet {
  readonly #time = new VirtualTime();
  readonly #makeCore: (before: ReadonlyMap<number, Offered>) => BatchCore;
  #core: BatchCore;
  /** What a coordinator's journal has. */
  readonly #journal = new Map<number, Offered>();
  readonly #durations: readonly number[];
  readonly #latency: number;
  readonly #boxes = new Map<string, Box>();
  /** How often each trial was started. */
  readonly starts: number[];
  /** When the last trial ended on its host. */
  makespan = 0;
  exitStatus: number | null = null;
  acts = 0;

  constructor(
    makeCore: (before: ReadonlyMap<number, Offered>) => BatchCore,
    hosts: readonly SimulatedHost[],
    { durations, latency }: { durations: readonly number[]; latency: number },
  ) {
    this.#makeCore = makeCore;
    this.#core = makeCore(this.#journal);
    this.#durations = durations;
    this.#latency = latency;
    this.starts = durations.map(() => 0);
    for (const [place, plan] of hosts.entries()) this.#boxes.set(`host-${place}`, new Box(plan));
  }

  get looks(): number {
    return this.#core.looks;
  }

  /** Runs the batch to its end. At each of the times its coordinator dies, and another one begins with its journal. */
  run(deaths: readonly number[] = []): void {
    for (const death of deaths) this.#time.after(death, () => this.#replace());
    for (const [name, box] of this.#boxes) {
      const { joins, cut } = box.plan;
      this.#time.after(joins, () => this.#reach(name, box));
      if (cut === null) continue;
      this.#time.after(cut.lost, () => this.#lose(name, box));
      this.#time.after(cut.back, () => this.#reach(name, box));
    }
    this.#time.run(() => this.exitStatus !== null);
  }

  #reach(name: string, box: Box): void {
    box.isReachable = true;
    if (box.plan.cut?.isReboot && box.boots === 1) this.#boot(box);
    this.#do(this.#core.on({ type: 'joined', host: name, room: box.plan }));
    for (const send of box.held.splice(0)) send();
    for (const trial of box.runs.keys()) this.#tell(name, box, trial);
    this.#startQueued(name, box);
  }

  /** What was sent still arrives; nobody hears the answers. */
  #replace(): void {
    this.#core = this.#makeCore(new Map(this.#journal));
    for (const [name, box] of this.#boxes) {
      box.held.splice(0);
      if (box.isReachable) this.#reach(name, box);
    }
  }

  #lose(name: string, box: Box): void {
    box.isReachable = false;
    box.boots += 1;
    this.#do(this.#core.on({ type: 'left', host: name }));
  }

  /** What ran when the power went is lost; what waited, waits. */
  #boot(box: Box): void {
    box.boots += 1;
    box.running = 0;
    for (const [trial, run] of box.runs)
      if (run.status === 'running') box.runs.set(trial, { ...run, status: 'lost', reason: 'host rebooted' });
  }

  #do(acts: readonly BatchAct[]): void {
    for (const act of acts) {
      this.acts += 1;
      if (act.type === 'finish') this.exitStatus = act.exitStatus;
      if (act.type === 'offer') this.#journal.set(act.trial, act.offered);
      if (act.type === 'offer') this.#send(act.offered.host, (name, box) => this.#offered(name, box, act));
      if (act.type === 'take-back')
        this.#send(act.offered.host, (name, box) => this.#askedBack(name, box, act));
    }
  }

  /** To a host: held for as long as it can't be reached, as a link does that is made again. */
  #send(name: string, receive: (name: string, box: Box) => void): void {
    const box = this.#boxes.get(name);
    if (box !== undefined) this.#pass(box, () => receive(name, box));
  }

  /** From a host. */
  #answer(box: Box, acts: () => readonly BatchAct[]): void {
    const asking = this.#core;
    this.#pass(box, () => {
      if (this.#core === asking) this.#do(acts());
    });
  }

  #pass(box: Box, arrive: () => void): void {
    this.#time.after(this.#latency, () => {
      if (box.isReachable) arrive();
      else box.held.push(() => this.#pass(box, arrive));
    });
  }

  #tell(host: string, box: Box, trial: number): void {
    const state = box.runs.get(trial);
    if (state !== undefined) this.#answer(box, () => this.#core.on({ type: 'told', host, trial, state }));
  }

  #offered(
    name: string,
    box: Box,
    { trial, offered }: { readonly trial: number; readonly offered: Offered },
  ): void {
    const isRevoked = (box.revoked.get(trial) ?? -1) >= offered.lease;
    if (isRevoked)
      return this.#answer(box, () =>
        this.#core.on({ type: 'refused', trial, offered, reason: 'given back', isRevoked }),
      );
    const { lease, attempt } = offered;
    if ((box.runs.get(trial)?.attempt ?? 0) < attempt) {
      box.runs.set(trial, { status: 'pending', attempt, lease, exitStatus: null, reason: null });
      box.queue.push(trial);
    }
    this.#tell(name, box, trial);
    this.#startQueued(name, box);
  }

  #askedBack(
    _name: string,
    box: Box,
    { trial, offered }: { readonly trial: number; readonly offered: Offered },
  ): void {
    const place = box.queue.indexOf(trial);
    const run = box.runs.get(trial);
    const isBack = run === undefined || (place >= 0 && run.attempt === 1 && run.lease <= offered.lease);
    if (isBack) {
      if (place >= 0) box.queue.splice(place, 1);
      box.runs.delete(trial);
      box.revoked.set(trial, offered.lease);
    }
    this.#answer(box, () => this.#core.on({ type: 'back', trial, offered, isBack }));
  }

  #startQueued(name: string, box: Box): void {
    if (box.plan.cut?.isReboot === true && box.boots === 1) return;
    while (box.running < box.plan.slots) {
      const trial = box.queue.shift();
      if (trial === undefined) return;
      this.#set(name, box, trial, 'running');
      box.running += 1;
      this.starts[trial] = (this.starts[trial] ?? 0) + 1;
      const { boots } = box;
      this.#time.after(this.#durations[trial] ?? 0, () => {
        // The power went meanwhile.
        if (box.plan.cut?.isReboot && box.boots !== boots) return;
        box.running -= 1;
        this.makespan = this.#time.now;
        this.#set(name, box, trial, 'completed');
        this.#startQueued(name, box);
      });
    }
  }

  #set(name: string, box: Box, trial: number, status: Told['status']): void {
    const run = box.runs.get(trial);
    if (run === undefined) return;
    box.runs.set(trial, { ...run, status, exitStatus: status === 'completed' ? 0 : null });
    this.#tell(name, box, trial);
  }
}

/** The makespan of list scheduling itself: each trial in order to the slot that is free first, on hosts that can be reached, without any latency. */
export function listSchedule(durations: readonly number[], hosts: readonly SimulatedHost[]): number {
  const time = new VirtualTime();
  let next = 0;
  let makespan = 0;
  const take = (host: SimulatedHost): void => {
    const { cut } = host;
    if (cut !== null && time.now >= cut.lost && time.now < cut.back)
      return time.after(cut.back - time.now, () => take(host));
    const duration = durations[next];
    if (duration === undefined) return;
    next += 1;
    time.after(duration, () => {
      makespan = time.now;
      take(host);
    });
  };
  for (const host of hosts)
    for (let slot = 0; slot < host.slots; slot += 1) time.after(host.joins, () => take(host));
  time.run(() => false);
  return makespan;
}
