import { setTimeout as delay } from 'node:timers/promises';

/** A driver that sleeps takes seconds to answer for the first time; past this the host is described without its devices. Ms. */
const PATIENCE_MS = 8000;

/** What is to be known of the devices before anything is said of them. */
export class FirstAnswer {
  #tell: () => void = () => undefined;
  readonly #told = new Promise<void>((resolve) => (this.#tell = resolve));

  came(): void {
    this.#tell();
  }

  /** Settles when an answer has come, or none came in time. */
  async wait(): Promise<void> {
    await Promise.race([this.#told, delay(PATIENCE_MS, undefined, { ref: false })]);
  }
}
