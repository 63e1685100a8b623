import { randomUUID } from 'node:crypto';
import { UserError, type RunId } from '#protocol';
import type { Host } from '#controller/remotes';
import type { Context } from '../context.ts';

/** Ctrl-]: as with telnet, the one key that is ours and not the run's. */
const OURS = 0x1d;
/** A frame's length has two bytes; what is pasted is cut into several. */
const MOST_IN_FRAME = 4096;

/**
 * The keys of this terminal for a run that has one of its own, wherever it is: as they are pressed, ^C too, and the size of the window when
 * it changes. Ctrl-] stops the run.
 */
export class TerminalKeys implements Disposable {
  readonly #id: RunId;
  readonly #host: Host;
  readonly #context: Context;
  readonly #session = randomUUID();
  readonly #over = new AbortController();
  #waiting: Buffer[] = [];
  #sent = 0;
  #sending = false;

  constructor(id: RunId, host: Host, context: Context) {
    this.#id = id;
    this.#host = host;
    this.#context = context;
    const { stdin, stdout, stderr } = context;
    stderr.write('Keys go to the debugger from here on; ctrl-] stops the run.\n');
    stdin.setRawMode(true);
    stdin.on('data', this.#onKeys);
    // A question asked before has paused it.
    stdin.resume();
    stdout.on('resize', this.#onResize);
  }

  readonly #onKeys = (keys: Buffer) => {
    if (keys.includes(OURS)) {
      void this.#host.stop(this.#id).catch(() => undefined);
      return;
    }
    for (let at = 0; at < keys.length; at += MOST_IN_FRAME)
      this.#send(frame('d', keys.subarray(at, at + MOST_IN_FRAME)));
  };

  readonly #onResize = () => {
    const { columns, rows } = this.#context.stdout;
    const size = Buffer.alloc(4);
    size.writeUInt16BE(columns, 0);
    size.writeUInt16BE(rows, 2);
    this.#send(frame('w', size));
  };

  #send(bytes: Buffer): void {
    this.#waiting.push(bytes);
    if (this.#sending) return;
    this.#sending = true;
    this.#pump().catch((error: unknown) => {
      // A run that is over reads no more; whoever shows it says so.
      if (this.#over.signal.aborted || (error instanceof UserError && error.code === 'not-typed')) return;
      this.#context.stderr.write(
        `cannot type: ${error instanceof Error ? error.message : String(error)}; ctrl-] stops the run\n`,
      );
    });
  }

  /** What was typed while a call was under way goes with the next one. */
  async #pump(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const bytes = Buffer.concat(this.#waiting);
        this.#waiting = [];
        const typed = { session: this.#session, from: this.#sent, base64: bytes.toString('base64') };
        await this.#host.type(this.#id, typed, { signal: this.#over.signal });
        this.#sent += bytes.length;
      }
    } finally {
      this.#sending = false;
    }
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    const { stdin, stdout } = this.#context;
    stdin.off('data', this.#onKeys);
    stdout.off('resize', this.#onResize);
    stdin.setRawMode(false);
    stdin.pause();
  }
}

function frame(kind: 'd' | 'w', body: Uint8Array): Buffer {
  const head = Buffer.from(`${kind}\0\0`);
  head.writeUInt16BE(body.length, 1);
  return Buffer.concat([head, body]);
}
