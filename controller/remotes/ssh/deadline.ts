/** A time limit whose clock stands still while it is held: a person who looks for a passphrase must not run out of handshake. */
export class Deadline {
  #left: number;
  #since = Date.now();
  #holders = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #expired: () => void;

  /** `expired` is called once, `ms` milliseconds of running time from now. */
  constructor(ms: number, expired: () => void) {
    this.#left = ms;
    this.#expired = expired;
    this.#start();
  }

  /** Stops the clock until the returned function is called; holds add up. */
  hold(): () => void {
    if (this.#holders === 0) {
      clearTimeout(this.#timer);
      this.#left -= Date.now() - this.#since;
    }
    this.#holders += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#start();
    };
  }

  /** The limit no longer holds. */
  clear(): void {
    this.#holders = Number.POSITIVE_INFINITY;
    clearTimeout(this.#timer);
  }

  #start(): void {
    this.#since = Date.now();
    this.#timer = setTimeout(this.#expired, Math.max(0, this.#left));
  }
}
