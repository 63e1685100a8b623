import { execFile } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Context } from '../context.ts';

/** How often it is asked whether the run has opened its input. ms */
const LOOK_MS = 50;

/**
 * What is typed here as the standard input of a run of this machine, which else has none: for a debugger. The run reads a named
 * pipe, so that all else about it is as with any run.
 */
export class TerminalInput implements Disposable {
  /** Of the pipe; the run removes it once it has it open. */
  readonly path: string;
  readonly #dir: string;
  readonly #stdin: Context['stdin'];
  readonly #over = new AbortController();

  private constructor(dir: string, stdin: Context['stdin']) {
    this.#dir = dir;
    this.path = join(dir, 'stdin');
    this.#stdin = stdin;
  }

  static async open({ stdin }: Context): Promise<TerminalInput> {
    const input = new TerminalInput(mkdtempSync(join(tmpdir(), 'sortie-')), stdin);
    await promisify(execFile)('mkfifo', ['-m', '600', input.path]);
    // Open for both, so that opening waits for nobody and nothing is lost before the run reads.
    const pipe = createWriteStream('', { fd: openSync(input.path, 'r+') });
    stdin.pipe(pipe, { end: false });
    // A run that is over reads no more.
    pipe.on('error', () => undefined);
    stdin.once('end', () => {
      void input.#taken().then(() => pipe.end());
    });
    return input;
  }

  /** The run has the pipe open: closed before, its end would never be seen. */
  async #taken(): Promise<void> {
    while (existsSync(this.path) && !this.#over.signal.aborted)
      await sleep(LOOK_MS, undefined, { signal: this.#over.signal }).catch(() => undefined);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    this.#stdin.unpipe();
    this.#stdin.pause();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
