import type { WriteStream } from 'node:tty';
import type { Progress } from '#controller/remotes';

/** Acts smaller than this are over before anybody could read of them. Bytes. */
const WORTH_SHOWING = 256 << 10;
/** Between two paintings, in ms. */
const PAINT_MS = 100;

const WORDS = {
  agent: 'installing the agent',
  runtime: 'sending the runtime (once per host)',
  source: 'sending source',
  pull: 'pulling',
  download: 'downloading',
} as const;

/** How far a long act is, as one line that is painted over on a terminal; in a pipe, a line at the beginning and one at the end. */
export class ProgressLine {
  readonly #stream: WriteStream;
  readonly #acts = new Map<string, { readonly began: number; painted: number }>();
  #isOpen = false;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  show(progress: Progress): void {
    const { host, what, done, total } = progress;
    if (total < WORTH_SHOWING) return;
    const key = `${host} ${what}`;
    const now = performance.now();
    const act = this.#acts.get(key);
    if (!act) {
      this.#acts.set(key, { began: now, painted: now });
      if (!this.#stream.isTTY) this.#stream.write(`${host}: ${WORDS[what]}, ${megabytes(total)}\n`);
      return;
    }
    const isOver = done >= total;
    if (isOver) this.#acts.delete(key);
    if (!this.#stream.isTTY) {
      if (isOver) this.#stream.write(`${host}: ${WORDS[what]}, done\n`);
      return;
    }
    if (!isOver && now - act.painted < PAINT_MS) return;
    act.painted = now;
    this.#stream.write(`\r\u001b[K${line(progress, (now - act.began) / 1000)}`);
    this.#isOpen = true;
    if (isOver) this.end();
  }

  /** Leaves the cursor at the beginning of an empty line. */
  end(): void {
    if (this.#isOpen) this.#stream.write('\r\u001b[K');
    this.#isOpen = false;
  }
}

/** `gpu-box: sending source  12.3 of 40.0 MB  8.1 MB/s  3 s left` */
export function line({ host, what, done, total }: Progress, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? `  ${Math.ceil((total - done) / rate)} s left` : '';
  return `${host}: ${WORDS[what]}  ${megabytes(done)} of ${megabytes(total)}  ${megabytes(rate)}/s${left}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
