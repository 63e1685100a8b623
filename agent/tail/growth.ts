import { watch, type FSWatcher } from 'node:fs';

/** How often a file is looked at where the system tells of its changes, in ms: against a lost or a never sent word. */
const SURE_MS = 1000;
/** How often where it doesn't, in ms. */
const POLL_MS = 150;

/**
 * Tells when a file may have grown, to any number of waiting readers. One watch and one timer a file, whatever their number,
 * and neither while nobody waits for long.
 */
export class Growth {
  #watcher: FSWatcher | null = null;
  readonly #timer: NodeJS.Timeout;
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(path: string) {
    try {
      this.#watcher = watch(path, { persistent: false }, () => this.wake());
      this.#watcher.on('error', () => undefined);
    } catch {
      // No more watches, or a file system without them: the timer alone serves.
    }
    this.#timer = setInterval(() => this.wake(), this.#watcher === null ? POLL_MS : SURE_MS);
    this.#timer.unref();
  }

  /** Lets all who wait look again, for whatever reason there is. */
  wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  /** Resolves when the file may have grown, something else has happened, or the signal aborts. */
  async next(signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#watcher?.close();
    this.wake();
  }
}
