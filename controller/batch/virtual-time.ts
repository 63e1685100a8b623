/** Time that passes as fast as there is something to do: for simulations. */
export class VirtualTime {
  #now = 0;
  #count = 0;
  /** A heap: each at most as late as those at 2i+1 and 2i+2. */
  readonly #due: { readonly at: number; readonly order: number; readonly work: () => void }[] = [];

  get now(): number {
    return this.#now;
  }

  /** Does the work after that time; works of one moment in the order in which they were asked for. */
  after(wait: number, work: () => void): void {
    const entry = { at: this.#now + wait, order: (this.#count += 1), work };
    let place = this.#due.push(entry) - 1;
    while (place > 0 && this.#isBefore(place, (place - 1) >> 1)) place = this.#swap(place, (place - 1) >> 1);
  }

  /** Lets time pass until nothing is due, or `isOver`. */
  run(isOver: () => boolean): void {
    while (!isOver()) {
      const next = this.#due[0];
      if (next === undefined) return;
      const last = this.#due.pop();
      if (last !== undefined && last !== next) {
        this.#due[0] = last;
        this.#sink();
      }
      this.#now = next.at;
      next.work();
    }
  }

  #sink(): void {
    for (let place = 0; ;) {
      let least = place;
      for (const child of [2 * place + 1, 2 * place + 2])
        if (child < this.#due.length && this.#isBefore(child, least)) least = child;
      if (least === place) return;
      place = this.#swap(place, least);
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#due[a], this.#due[b]];
    if (first === undefined || second === undefined) return false;
    return first.at < second.at || (first.at === second.at && first.order < second.order);
  }

  /** Gives where the first of the two is now. */
  #swap(a: number, b: number): number {
    const [first, second] = [this.#due[a], this.#due[b]];
    if (first !== undefined && second !== undefined) [this.#due[a], this.#due[b]] = [second, first];
    return b;
  }
}
