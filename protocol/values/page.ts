/** Column past which PyYAML breaks a line at the next space. */
export const WIDTH = 80;

/** Text being written: where its last line stands, which is what folding needs to know. */
export class Page {
  readonly #width: number;
  #text = '';
  #column = 0;
  /** The last thing written was a space, or nothing is on the line. */
  blank = true;

  constructor(width = WIDTH) {
    this.#width = width;
  }

  get text(): string {
    return this.#text;
  }

  get column(): number {
    return this.#column;
  }

  /** True when `more` characters would end past the width. */
  isPast(more = 0): boolean {
    return this.#column + more > this.#width;
  }

  put(text: string): void {
    this.#text += text;
    this.#column += text.length;
    this.blank = false;
  }

  /** An indicator, with a space before it unless one is there. */
  word(text: string): void {
    if (!this.blank) this.put(' ');
    this.put(text);
  }

  newline(indent: number): void {
    this.#text += `\n${' '.repeat(indent)}`;
    this.#column = indent;
    this.blank = true;
  }
}
