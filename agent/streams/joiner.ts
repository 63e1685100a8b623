import { existsSync, rmSync, watch, type FSWatcher } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { OUTPUT_STREAMS, type OutputStream } from '#protocol';
import { attemptFiles, isFull, runFiles } from '../home/index.ts';
import { JoinedOutput } from './joined-output.ts';
import { releaseSpace } from './release-space.ts';

/** Read at once, in bytes. */
const CHUNK = 1 << 20;
/** A line that has begun may go on this long before another stream's bytes come between, in ms: a line of `print` is two writes. */
const OPEN_LINE_MS = 50;
/** How often files are looked at whatever the system tells of them, in ms. */
const SURE_MS = 1000;
/** How often where it tells nothing, in ms. */
const POLL_MS = 150;
/** Between two tries on a full disk, and while another agent joins, in ms. */
const AGAIN_MS = 1000;
/** Joined bytes that are there twice while a run goes on, at most, where the disk can give back a part of a file. */
const MOST_TWICE = 256 << 20;

const LINE_FEED = 10;

export interface JoinerContext {
  readonly dir: string;
  readonly attempt: number;
  /** The output's length when the attempt began. */
  readonly from: number;
  /** True once the run's outcome is known: what is written after that is nobody's. */
  readonly ended: () => boolean;
  readonly lock: () => Promise<{ release(): Promise<void> } | null>;
  readonly signal: AbortSignal;
}

interface Source {
  readonly stream: OutputStream;
  readonly path: string;
  readonly file: FileHandle;
  /** Bytes of the file's beginning that the disk has back. */
  released: number;
}

/** Whether an attempt's streams are still to be joined to their end: the files are there until then. */
export function isUnjoined(dir: string, attempt: number): boolean {
  return existsSync(attemptFiles(dir, attempt).stdout);
}

/**
 * Joins the two files that a program appends its streams to into the run's output, in the order in which they are seen to grow, and removes
 * them when the run has ended and all of them is joined. No other writes to the output; a joiner that begins goes on where one before it
 * was ended, at whatever point that was.
 */
export class Joiner {
  readonly #context: JoinerContext;
  readonly #watchers: FSWatcher[] = [];
  /** The stream that was seen to grow first since the last look. */
  #first: OutputStream | null = null;
  #wake: () => void = () => undefined;
  #grown = false;
  #last: OutputStream = 'stdout';
  /** The last byte ended no line. */
  #isOpen = false;
  /** Since when another stream waits for the end of the line that is open, ms. */
  #waitingSince: number | null = null;
  #isStuck = false;

  constructor(context: JoinerContext) {
    this.#context = context;
  }

  /** The run has ended and its output can't be joined to its end, for want of space. */
  get isStuck(): boolean {
    return this.#isStuck && this.#context.ended();
  }

  /** Looks again now, for whatever reason there is. */
  look(): void {
    this.#grown = true;
    this.#wake();
  }

  /** Resolves when all is joined, or at the signal. */
  async run(): Promise<void> {
    const { dir, attempt, signal, lock } = this.#context;
    while (!signal.aborted && isUnjoined(dir, attempt)) {
      const held = await lock();
      if (held === null) {
        await this.#pause(AGAIN_MS);
        continue;
      }
      try {
        // Whoever held it may have come to the end.
        if (isUnjoined(dir, attempt)) await this.#join();
      } finally {
        await held.release();
      }
    }
  }

  async #join(): Promise<void> {
    const { dir, attempt, from, signal } = this.#context;
    const files = attemptFiles(dir, attempt);
    const paths = { output: runFiles(dir).output, changes: runFiles(dir).changes };
    const sources: Source[] = [];
    const joined = await JoinedOutput.open(paths, from);
    try {
      for (const stream of OUTPUT_STREAMS) {
        const path = files[stream];
        sources.push({ stream, path, file: await open(path, 'a+'), released: 0 });
        this.#watch(path, stream);
      }
      const isWhole = await this.#follow(joined, sources);
      if (isWhole && !signal.aborted)
        for (const { path } of sources.toReversed()) rmSync(path, { force: true });
    } finally {
      for (const watcher of this.#watchers.splice(0)) watcher.close();
      for (const { file } of sources) await file.close();
      await joined.close();
    }
  }

  /** True when the run has ended and all that it wrote until then is joined. */
  async #follow(joined: JoinedOutput, sources: readonly Source[]): Promise<boolean> {
    const { ended, signal } = this.#context;
    const buffer = Buffer.allocUnsafeSlow(CHUNK);
    while (!signal.aborted) {
      const isLast = ended();
      this.#grown = false;
      const first = this.#first ?? 'stdout';
      this.#first = null;
      const sizes = new Map<Source, number>();
      for (const source of sources) sizes.set(source, (await source.file.stat()).size);
      let isWaiting = false;
      for (const source of sources.toSorted(
        (a, b) => rank(a, first, this.#openStream) - rank(b, first, this.#openStream),
      )) {
        const size = sizes.get(source) ?? 0;
        if (size < joined.taken(source.stream))
          await this.#trying(sources, joined, async () => joined.beginAnew(source.stream));
        if (size === joined.taken(source.stream)) continue;
        if (!isLast && this.#mustWait(source.stream)) isWaiting = true;
        else await this.#take(source, size, { joined, sources, buffer });
      }
      if (isLast) return true;
      await this.#release(joined, sources, MOST_TWICE);
      if (!this.#grown)
        await this.#pause(isWaiting ? OPEN_LINE_MS : this.#watchers.length < 2 ? POLL_MS : SURE_MS);
    }
    return false;
  }

  get #openStream(): OutputStream | null {
    return this.#isOpen ? this.#last : null;
  }

  /** Another stream's line is open, and may end in a moment. */
  #mustWait(stream: OutputStream): boolean {
    if (!this.#isOpen || stream === this.#last) return false;
    this.#waitingSince ??= performance.now();
    return performance.now() - this.#waitingSince < OPEN_LINE_MS;
  }

  async #take(
    { stream, file }: Source,
    size: number,
    { joined, sources, buffer }: { joined: JoinedOutput; sources: readonly Source[]; buffer: Buffer },
  ): Promise<void> {
    while (joined.taken(stream) < size && !this.#context.signal.aborted) {
      const want = Math.min(buffer.length, size - joined.taken(stream));
      const { bytesRead } = await file.read(buffer, 0, want, joined.taken(stream));
      // Truncated since it was looked at.
      if (bytesRead === 0) return;
      const begun = joined.taken(stream);
      await this.#trying(sources, joined, async () =>
        joined.append(stream, buffer.subarray(joined.taken(stream) - begun, bytesRead)),
      );
      if (stream !== this.#last) this.#waitingSince = null;
      this.#last = stream;
      this.#isOpen = buffer[bytesRead - 1] !== LINE_FEED;
    }
  }

  /** Does it, on a full disk again and again, once what is joined was given back to it. */
  async #trying(sources: readonly Source[], joined: JoinedOutput, act: () => Promise<void>): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await act();
        this.#isStuck = false;
        return;
      } catch (error) {
        if (!isFull(error)) throw error;
        await this.#release(joined, sources, 0);
        this.#isStuck = tries > 0;
        if (tries > 0) await sleep(AGAIN_MS, undefined, { signal: this.#context.signal });
      }
    }
  }

  /** Gives the disk back what is joined, where more than `most` is there twice. */
  async #release(joined: JoinedOutput, sources: readonly Source[], most: number): Promise<void> {
    for (const source of sources) {
      const taken = joined.taken(source.stream);
      if (taken - source.released > most) source.released = await releaseSpace(source.path, taken);
    }
  }

  #watch(path: string, stream: OutputStream): void {
    try {
      const watcher = watch(path, { persistent: false }, () => {
        this.#first ??= stream;
        this.look();
      });
      watcher.on('error', () => undefined);
      this.#watchers.push(watcher);
    } catch {
      // No more watches, or a file system without them: the pauses alone serve.
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#context;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      timer.unref();
      function done() {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      this.#wake = done;
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }
}

/** The stream whose line is open goes on first, then the one that was seen to grow first. */
function rank({ stream }: Source, first: OutputStream, openStream: OutputStream | null): number {
  if (stream === openStream) return -1;
  return stream === first ? 0 : 1;
}
