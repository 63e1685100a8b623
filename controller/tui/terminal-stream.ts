import { StringDecoder } from 'node:string_decoder';
import { endFilter, filterEscapes, type Allowed, type FilterState } from './escape-filter.ts';

/**
 * Bytes of a run's output on their way to a terminal: text, colours, line ends and carriage-return progress bars pass, all other control is
 * neutralised. Characters and sequences that are cut between two pieces are put together again; no more than one of each is held.
 */
export class TerminalStream {
  readonly #decoder = new StringDecoder('utf8');
  readonly #allowed: Allowed;
  #state: FilterState = '';

  constructor(allowed: Allowed = 'colours') {
    this.#allowed = allowed;
  }

  /** What the terminal may be given for these bytes. */
  write(bytes: Uint8Array): string {
    const { state, text } = filterEscapes(
      this.#state,
      this.#decoder.write(Buffer.from(bytes)),
      this.#allowed,
    );
    this.#state = state;
    return text;
  }

  /** The rest, at the end of the stream; resets colours that the output left on. */
  end(): string {
    const { state, text } = filterEscapes(this.#state, this.#decoder.end(), this.#allowed);
    this.#state = '';
    return text + endFilter(state) + (this.#allowed === 'text' ? '' : '\x1b[0m');
  }
}
