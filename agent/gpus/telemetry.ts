import type { Found, Probe } from './probe.ts';

/** Asking goes on this long after the last need, in ms: needs come in flocks, and a driver may be slow to wake. */
const KEEP_MS = 20_000;
/** Between two looks at whether somebody needs telemetry, in ms. */
const LOOK_MS = 2000;

export interface TelemetryContext {
  readonly probe: Probe;
  /** Seconds between two rounds of the probe: an answer older than three of them is no answer. */
  readonly interval: number;
  /** True while somebody looks at the devices or waits for them. */
  readonly wanted: () => boolean;
}

/** Runs a probe while its answers are needed, and says whether they are fresh. */
export class Telemetry {
  readonly #context: TelemetryContext;
  readonly #timer: NodeJS.Timeout;
  #neededAt = 0;
  #asking = false;

  constructor(context: TelemetryContext) {
    this.#context = context;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
    this.need();
  }

  get found(): Found {
    return this.#context.probe.found;
  }

  /** True when what is found is so now. */
  get fresh(): boolean {
    const { found } = this;
    return (
      found.kind === 'none' ||
      (found.kind === 'devices' && Date.now() - found.at < this.#context.interval * 3000)
    );
  }

  /** Has the devices looked at from now on, for a while at least. */
  need(): void {
    this.#neededAt = Date.now();
    if (this.#asking) return;
    this.#asking = true;
    this.#context.probe.start();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#context.probe.stop();
  }

  #look(): void {
    if (this.#context.wanted()) this.need();
    else if (this.#asking && Date.now() - this.#neededAt > KEEP_MS) {
      this.#asking = false;
      this.#context.probe.stop();
    }
  }
}
