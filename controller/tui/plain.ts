import { OUTPUT_STREAMS, shortId, type OutputPiece, type OutputStream } from '#protocol';
import { narrate, NOTHING_TOLD } from './narrate.ts';
import { PrefixedLines } from './prefixed-lines.ts';
import type { ViewState } from './state.ts';
import type { ViewStore } from './store.ts';
import type { Terminal } from './terminal.ts';
import { TerminalStream } from './terminal-stream.ts';
import type { FeedEvent } from './view-feed.ts';

export interface PlainOptions {
  readonly terminal: Pick<Terminal, 'stdout' | 'stderr'>;
  /** `bare`: one run's output as it is; `named`: of several, line by line with their names. */
  readonly output: 'bare' | 'named';
  /** No words but errors. */
  readonly quiet: boolean;
}

/** The view as lines. What runs print goes to the stream that they print it to, words about them to standard error. */
export class PlainView {
  readonly #options: PlainOptions;
  readonly #store: ViewStore;
  /** Of runs that are named, each of their streams. */
  readonly #streams = new Map<string, { readonly to: OutputStream; readonly lines: PrefixedLines }>();
  readonly #bare = { stdout: new TerminalStream(), stderr: new TerminalStream() };
  #told = NOTHING_TOLD;
  #before: ViewState;
  #isMidLine = false;

  constructor(store: ViewStore, options: PlainOptions) {
    this.#store = store;
    this.#options = options;
    this.#before = store.state;
    store.subscribe((state) => this.#tell(state, false));
  }

  /** Takes output at once; everything else when the store has it. Resolves when standard output can take more. */
  async take(event: FeedEvent): Promise<void> {
    if (event.type !== 'output') {
      this.#store.put(event);
      return;
    }
    const to = this.#options.terminal[event.stream];
    const text = this.#textOf(event);
    if (text.length === 0) return;
    this.#isMidLine = !endsLine(text);
    if (!to.write(text)) await drained(to);
  }

  end(): void {
    const { terminal, output } = this.#options;
    for (const { to, lines } of this.#streams.values()) terminal[to].write(lines.end());
    if (output === 'bare')
      for (const stream of OUTPUT_STREAMS)
        if (terminal[stream].isTTY) terminal[stream].write(this.#bare[stream].end());
    this.#store.flush();
    this.#tell(this.#store.state, true);
  }

  #textOf({ id, stream, bytes }: { readonly id: string } & OutputPiece): string | Uint8Array {
    if (this.#options.output === 'bare') {
      // A file or a pipe gets the bytes as they are.
      return this.#options.terminal[stream].isTTY ? this.#bare[stream].write(bytes) : bytes;
    }
    const key = `${id} ${stream}`;
    const known = this.#streams.get(key) ?? { to: stream, lines: new PrefixedLines(shortId(id)) };
    this.#streams.set(key, known);
    return known.lines.write(bytes);
  }

  #tell(state: ViewState, isLast: boolean): void {
    const { lines, told } = narrate({ before: this.#before, after: state, isLast }, this.#told);
    this.#told = told;
    this.#before = state;
    if (this.#options.quiet || lines.length === 0) return;
    const { stdout, stderr } = this.#options.terminal;
    // On one terminal the words begin a line of their own.
    const lead = this.#isMidLine && stdout.isTTY && stderr.isTTY ? '\n' : '';
    if (lead !== '') this.#isMidLine = false;
    stderr.write(`${lead}${lines.join('\n')}\n`);
  }
}

function endsLine(text: string | Uint8Array): boolean {
  return typeof text === 'string' ? text.endsWith('\n') : text.at(-1) === 0x0a;
}

async function drained(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}
