/** Lines for a terminal on which questions are asked too: while one is open they wait, since the answer is typed on the question's line. */
export class HeldLines {
  readonly #stream: { write(text: string): unknown };
  #questions = 0;
  #waiting = '';

  constructor(stream: { write(text: string): unknown }) {
    this.#stream = stream;
  }

  write(text: string): void {
    if (this.#questions > 0) this.#waiting += text;
    else this.#stream.write(text);
  }

  get isHeld(): boolean {
    return this.#questions > 0;
  }

  /** Until disposed of. */
  hold(): Disposable {
    this.#questions += 1;
    return {
      [Symbol.dispose]: () => {
        this.#questions -= 1;
        if (this.#questions > 0 || this.#waiting === '') return;
        this.#stream.write(this.#waiting);
        this.#waiting = '';
      },
    };
  }
}
