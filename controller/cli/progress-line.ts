import type { WriteStream } from 'node:tty';
import type { Progress } from '#controller/remotes';
import { advance, safeText, transferEvent, transferLine, type TransferView } from '#controller/tui';

/** Acts smaller than this are over before anybody could read of them. Bytes. */
const WORTH_SHOWING = 256 << 10;
/** Between two paintings, in ms. */
const PAINT_MS = 100;
/** Between two lines of a pipe, in ms: seldom enough for a log file. */
const LINE_MS = 5000;

interface Act {
  readonly view: TransferView;
  readonly saidAt: number;
}

/** How far long acts are: one line that is painted over on a terminal; in a pipe a line now and then, and one at the end. */
export class ProgressLine {
  readonly #stream: WriteStream;
  readonly #clock: () => number;
  readonly #acts = new Map<string, Act>();
  #paintedAt = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  constructor(stream: WriteStream, clock: () => number = Date.now) {
    this.#stream = stream;
    this.#clock = clock;
  }

  show(progress: Progress): void {
    if (progress.total < WORTH_SHOWING) return;
    const { at, transfer } = transferEvent(progress, this.#clock());
    const before = this.#acts.get(transfer.key);
    // An act whose end is told twice was over the first time.
    if (before === undefined && transfer.status === 'done') return;
    const view = advance(before?.view, transfer, at);
    const isDue = before === undefined || view.status !== 'under way' || at - before.saidAt >= LINE_MS;
    if (view.status === 'under way')
      this.#acts.set(transfer.key, { view, saidAt: isDue ? at : before.saidAt });
    else this.#acts.delete(transfer.key);
    if (this.#stream.isTTY) this.#paint(at);
    else if (isDue) this.#stream.write(`${safeText(transferLine(view))}\n`);
  }

  /** Leaves the cursor at the beginning of an empty line. */
  end(): void {
    if (this.#isOpen) this.#stream.write('\r\u001b[K');
    this.#isOpen = false;
  }

  /** The act with the most before it; how many go on beside it. */
  #paint(at: number): void {
    if (this.#acts.size === 0) {
      this.end();
      return;
    }
    if (at - this.#paintedAt < PAINT_MS) return;
    this.#paintedAt = at;
    const left = ({ view }: Act) => (view.totalBytes ?? 0) - view.doneBytes;
    const [longest, ...others] = [...this.#acts.values()].sort((a, b) => left(b) - left(a));
    if (longest === undefined) return;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    const line = safeText(transferLine(longest.view) + more);
    // A line that wrapped could not be painted over.
    this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns || 80) - 1)}`);
    this.#isOpen = true;
  }
}
