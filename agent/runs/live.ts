import { StreamReader } from '#files';
import { follow, Growth } from '../tail/index.ts';
import { runFiles } from '../home/index.ts';
import type { OutputJoiner, RunObserver } from './observer.ts';

/** Between two looks at the processes of a run whose supervisor isn't our child, in ms. */
const LOOK_MS = 1000;
/** No more than one word a run in this time about output that grew, in ms: a screen is drawn no faster. */
const TELL_MS = 500;
/** setTimeout takes no more than 2^31-1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface LiveContext {
  readonly dir: string;
  readonly observer: RunObserver;
  /** Of an attempt whose streams are apart; null where the program writes the output itself. */
  readonly joiner: ((signal: AbortSignal) => OutputJoiner) | null;
  /** True once the run's outcome is known. */
  readonly ended: () => boolean;
  /** Looks at the run anew. */
  readonly look: () => void;
  /** Called when the attempt's streams are joined to their end, for those who wait for that. */
  readonly onJoined: () => void;
  /** Called when output has grown, at a bearable pace. */
  readonly onOutput: () => void;
  /** When the run has to be stopped, in ms since the epoch; null for never. */
  readonly deadline: number | null;
  readonly onDeadline: () => void;
}

/** What the agent does for a run while it lives: feeds its observer, looks after it, and keeps its time limit. */
export class LiveRun {
  readonly growth: Growth;
  /** Resolves when all output was observed after the end, or the watch was closed. */
  readonly done: Promise<void>;
  readonly #context: LiveContext;
  readonly #abort = new AbortController();
  readonly #joiner: OutputJoiner | null;
  #isJoined = false;
  readonly #look: NodeJS.Timeout;
  #deadline: NodeJS.Timeout | null = null;
  #tell: NodeJS.Timeout | null = null;

  constructor(context: LiveContext) {
    this.#context = context;
    this.growth = new Growth(runFiles(context.dir).output);
    this.#look = setInterval(context.look, LOOK_MS);
    this.#look.unref();
    this.#armDeadline();
    this.#joiner = context.joiner?.(this.#abort.signal) ?? null;
    this.done = Promise.all([this.#join(), this.#observe()]).then(() => undefined);
  }

  get observer(): RunObserver {
    return this.#context.observer;
  }

  /** The run has ended, and there is no space for its last output. */
  get isStuck(): boolean {
    return this.#joiner?.isStuck ?? false;
  }

  /** Looks again at whatever may have changed: the run's end, say. */
  wake(): void {
    this.#joiner?.look();
    this.growth.wake();
  }

  /** Ends the watch; the run itself goes on. */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#stopTimers();
    this.growth.close();
    await this.done;
  }

  async #join(): Promise<void> {
    const { signal } = this.#abort;
    try {
      await this.#joiner?.run();
    } catch (error) {
      if (!signal.aborted) console.error(`Cannot join the output of ${this.#context.dir}:`, error);
    } finally {
      this.#isJoined = true;
      this.#context.onJoined();
    }
  }

  async #observe(): Promise<void> {
    const { observer, dir } = this.#context;
    const { output: path, changes } = runFiles(dir);
    const { signal } = this.#abort;
    const ended = () => this.#isJoined && this.#context.ended();
    const streams = new StreamReader(changes);
    let at = observer.offset;
    try {
      for await (const chunk of follow({ path, from: at, ended, growth: this.growth, signal })) {
        for (const { stream, bytes } of streams.cut(chunk, at)) observer.feed(bytes, stream);
        at += chunk.length;
        this.#tellSoon();
      }
      if (signal.aborted) await observer.save();
      else await observer.end();
    } catch (error) {
      // What is derived from output is a convenience; the run and its output must not suffer from it.
      console.error(`Cannot observe the output of ${dir}:`, error);
      while (!ended() && !signal.aborted) await this.growth.next(signal);
    } finally {
      streams.close();
      this.#stopTimers();
    }
  }

  #stopTimers(): void {
    clearInterval(this.#look);
    if (this.#tell !== null) clearTimeout(this.#tell);
    if (this.#deadline !== null) clearTimeout(this.#deadline);
  }

  #tellSoon(): void {
    this.#tell ??= setTimeout(() => {
      this.#tell = null;
      this.#context.onOutput();
    }, TELL_MS).unref();
  }

  #armDeadline(): void {
    const { deadline, onDeadline } = this.#context;
    if (deadline === null) return;
    const wait = Math.max(0, deadline - Date.now());
    const arrived = wait <= LONGEST_TIMER_MS;
    this.#deadline = setTimeout(
      () => (arrived ? onDeadline() : this.#armDeadline()),
      Math.min(wait, LONGEST_TIMER_MS),
    );
    this.#deadline.unref();
  }
}
