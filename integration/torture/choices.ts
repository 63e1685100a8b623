/** What a seed decides: the same one makes the same choices, in the same order. */
export class Choices {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  /** One of several; undefined where there are none. */
  one<T>(of: readonly T[]): T | undefined {
    return of[Math.floor(this.#random() * of.length)];
  }

  /** Some of several, at least one where there are any, in their order. */
  some<T>(of: readonly T[]): T[] {
    const chosen = of.filter(() => this.#random() < 0.5);
    const [only] = [this.one(of)];
    return chosen.length > 0 || only === undefined ? chosen : [only];
  }
}
