import { UserError, type RunId } from '#protocol';
import { EventQueue } from '../event-queue.ts';
import type { FeedEvent, ViewFeed } from '../view-feed.ts';
import { curvesAt, gpusAt, outputAt, type Trial } from './fleet.ts';
import { hostsOf, pastEvents, stateAt, trialsIn, type FleetFeedOptions } from './past.ts';

/** A feed of a fleet in numbers, for demonstrations, pictures and tests. */
export class FleetFeed implements ViewFeed {
  readonly stopped: RunId[] = [];
  /** Trials whose end was told, or that were stopped. */
  readonly #told = new Set<RunId>();
  readonly #options: FleetFeedOptions;
  readonly #queue = new EventQueue();
  readonly #trials: readonly Trial[];
  readonly #began = Date.now();
  #followed: readonly RunId[] = [];
  #offsets = new Map<RunId, number>();

  constructor(options: FleetFeedOptions) {
    this.#options = options;
    this.#trials = trialsIn(options);
  }

  async *events(signal: AbortSignal): AsyncIterable<FeedEvent> {
    signal.addEventListener('abort', () => this.#queue.end(), { once: true });
    for (const { meta, to } of this.#trials) if (to <= this.#options.second) this.#told.add(meta.id);
    for (const event of pastEvents(this.#options, this.#began)) void this.#queue.push(event);
    const timer = setInterval(() => this.#tick(), 1000 / this.#options.rate);
    try {
      yield* this.#queue.read();
    } finally {
      clearInterval(timer);
    }
  }

  follow(ids: readonly RunId[]): void {
    this.#followed = ids;
    this.#offsets = new Map();
    this.#tellOutput();
  }

  curves(ids: readonly RunId[]): void {
    for (const id of ids) {
      const trial = this.#trials.find((each) => each.meta.id === id);
      if (trial !== undefined) this.#push({ type: 'curves', id, curves: curvesAt(trial, this.#second) });
    }
  }

  async *output(id: RunId): AsyncIterable<Uint8Array> {
    const trial = this.#trials.find(({ meta }) => meta.id === id);
    if (trial !== undefined) yield Buffer.from(outputAt(trial, this.#second));
  }

  async stop(id: RunId): Promise<void> {
    this.stopped.push(id);
    this.#told.add(id);
    const trial = this.#trials.find(({ meta }) => meta.id === id);
    if (trial === undefined) throw new UserError({ code: 'run-not-found', message: 'no such run' });
    const state = stateAt(this.#options, this.#began, trial, this.#second);
    this.#agent(trial.host, {
      type: 'run',
      seq: 0,
      run: { ...state, status: 'terminated', stopped: Date.now() * 1000 },
    });
  }

  async restart(id: RunId): Promise<string> {
    throw new UserError({ code: 'demo', message: `the demo cannot restart runs (${id.slice(0, 8)})` });
  }

  async rerun(id: RunId): Promise<string> {
    throw new UserError({ code: 'demo', message: `the demo cannot start runs (${id.slice(0, 8)})` });
  }

  async pull(): Promise<string> {
    const transfer = {
      key: 'pull',
      kind: 'pulling',
      host: 'gpu-box',
      what: 'model.pt',
      totalBytes: 24e6,
    } as const;
    const push = (doneBytes: number, status: 'under way' | 'done') =>
      this.#push({ type: 'transfer', transfer: { ...transfer, doneBytes, status } });
    push(6e6, 'under way');
    push(24e6, 'done');
    return 'pulled 1 file, 24.0 MB';
  }

  get #second(): number {
    return this.#options.second + ((Date.now() - this.#began) / 1000) * this.#options.speed;
  }

  #tick(): void {
    const { fleet, speed, lost, silent, scope } = this.#options;
    const second = this.#second;
    for (const { name } of hostsOf(this.#options)) {
      if (name === lost || name === silent) continue;
      this.#agent(name, { type: 'gpus', seq: 0, gpus: gpusAt(fleet, name, second) });
    }
    for (const trial of this.#trials) {
      const { id } = trial.meta;
      if (trial.from > second || this.#told.has(id)) continue;
      if (trial.host === lost || trial.host === silent) continue;
      // However late a tick is, the end of a trial is told, once.
      if (second >= trial.to) this.#told.add(id);
      this.#agent(trial.host, {
        type: 'run',
        seq: 0,
        run: stateAt(this.#options, this.#began, trial, second),
      });
    }
    this.#tellOutput();
    const last = Math.max(...this.#trials.map(({ to }) => to));
    if (scope !== 'all' && speed > 0 && second > last) this.#queue.end();
  }

  #tellOutput(): void {
    for (const id of this.#followed) {
      const trial = this.#trials.find(({ meta }) => meta.id === id);
      if (trial === undefined) continue;
      const offset = this.#offsets.get(id) ?? 0;
      const bytes = Buffer.from(outputAt(trial, this.#second)).subarray(offset);
      this.#offsets.set(id, offset + bytes.length);
      if (bytes.length > 0) this.#push({ type: 'output', id, offset, stream: 'stdout', bytes });
    }
  }

  #agent(host: string, event: Extract<FeedEvent, { type: 'agent' }>['event']): void {
    this.#push({ type: 'agent', host, event });
  }

  #push(event: Untimed): void {
    void this.#queue.push({ at: Date.now(), ...event });
  }
}

type Untimed = FeedEvent extends infer Event ? (Event extends unknown ? Omit<Event, 'at'> : never) : never;
