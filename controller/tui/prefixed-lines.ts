import { StringDecoder } from 'node:string_decoder';
import { endFilter, filterEscapes, type FilterState } from './escape-filter.ts';

/** A line without end is given out in pieces of this many characters. */
const MAX_LINE = 16_384;

/** Output of one of several runs as whole lines that name it: `b71e02aa | epoch 8/10`. Of a line that was written over, the last text counts. */
export class PrefixedLines {
  readonly #prefix: string;
  readonly #decoder = new StringDecoder('utf8');
  #escape: FilterState = '';
  #open = '';

  constructor(name: string) {
    this.#prefix = `${name} | `;
  }

  write(bytes: Uint8Array): string {
    const { state, text } = filterEscapes(this.#escape, this.#decoder.write(Buffer.from(bytes)), 'text');
    this.#escape = state;
    const lines = (this.#open + text).split('\n');
    this.#open = keepWritten(lines.pop() ?? '');
    if (this.#open.length > MAX_LINE) {
      lines.push(this.#open);
      this.#open = '';
    }
    return lines.map((line) => this.#line(line)).join('');
  }

  end(): string {
    const rest = this.#open + endFilter(this.#escape);
    this.#open = '';
    this.#escape = '';
    return rest === '' ? '' : this.#line(rest);
  }

  #line(line: string): string {
    const shown = keepWritten(line.replace(/\r+$/, '')).replaceAll(/\x1b\[0?K|[\b\r]/g, '');
    return `${this.#prefix}${shown}\n`;
  }
}

/** What a carriage return leaves: the text after the last one, or the line itself while nothing has come after it. */
function keepWritten(line: string): string {
  const at = line.slice(0, -1).lastIndexOf('\r');
  return at < 0 ? line : line.slice(at + 1);
}
