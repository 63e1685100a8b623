import { UserError } from '../errors.ts';

/** A pattern that Python would refuse too, or that this engine can't follow. */
export class PythonRegexError extends UserError {
  constructor(message: string) {
    super({ code: 'bad-pattern', message, hint: "Use the syntax of Python's regular expressions." });
  }
}

/** A place in a pattern, by whole characters. */
export class Cursor {
  readonly pattern: string;
  position = 0;

  constructor(pattern: string) {
    this.pattern = pattern;
  }

  get done(): boolean {
    return this.position >= this.pattern.length;
  }

  /** The next character, or '' at the end. */
  peek(): string {
    const code = this.pattern.codePointAt(this.position);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  next(): string {
    const character = this.peek();
    if (character === '') throw this.error('unexpected end of pattern');
    this.position += character.length;
    return character;
  }

  /** Takes `text` if it comes next. */
  take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }

  /** Takes what a sticky expression matches here. */
  takeMatch(sticky: RegExp): string | null {
    sticky.lastIndex = this.position;
    const match = sticky.exec(this.pattern);
    if (match === null) return null;
    this.position += match[0].length;
    return match[0];
  }

  /** Takes all up to `end`, and `end` itself. */
  takeUntil(end: string): string {
    const at = this.pattern.indexOf(end, this.position);
    if (at < 0) throw this.error(`missing ${end}`);
    const text = this.pattern.slice(this.position, at);
    this.position = at + end.length;
    return text;
  }

  error(message: string): PythonRegexError {
    return new PythonRegexError(
      `invalid regular expression '${this.pattern.slice(0, 100)}': ${message} at position ${this.position}`,
    );
  }
}
