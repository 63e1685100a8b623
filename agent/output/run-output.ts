import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StreamReader } from '#files';
import type { OutputStream } from '#protocol';
import { isFull, runFiles } from '../home/index.ts';
import { isDiskFull } from '../host/index.ts';
import type { RunObserver } from '../runs/index.ts';
import { newCheckpoint, readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { Reading } from './reading.ts';
import { RecordFiles } from './record-files.ts';
import type { ReadingMark } from './reading-mark.ts';
import type { Finder } from './rules.ts';

/** Derived files and the checkpoint lag output by at most so much: a screen is looked at no more often, and this is read again after a crash. Ms, bytes. */
const SAVE_MS = 1000;
const SAVE_BYTES = 8 << 20;
const CHUNK = 1 << 18;

/** The right to write what is derived from one run's output: agents of several versions may watch it, and one alone may write. */
export interface Pen {
  take(): Promise<{ release(): Promise<void> } | null>;
}

export interface RunOutputContext {
  readonly dir: string;
  readonly attempt: number;
  readonly find: Finder;
  readonly pen: Pen;
  readonly mark: Pick<ReadingMark, 'begin' | 'end' | 'close'>;
  /** Ms from output to its save. */
  readonly saveMs?: number;
}

type Held = NonNullable<Awaited<ReturnType<Pen['take']>>>;

/**
 * The observer of one run's output: reads it in memory, and, while it has the pen, writes what it finds. On a full disk it reads on, and
 * once there is room what was found meanwhile is written, by reading it again.
 */
export class RunOutput implements RunObserver {
  readonly #context: RunOutputContext;
  #reading: Reading;
  #files: RecordFiles | null = null;
  #held: Held | null = null;
  #taking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #savedAt = 0;
  #over = false;
  #stream: OutputStream = 'stdout';

  private constructor(context: RunOutputContext) {
    this.#context = context;
    this.#reading = this.#read(this.#last());
  }

  static async open(context: RunOutputContext): Promise<RunOutput> {
    const output = new RunOutput(context);
    await output.#takePen();
    return output;
  }

  get offset(): number {
    return this.#reading.offset;
  }

  get scalars(): RunObserver['scalars'] {
    return this.#reading.scalars;
  }

  get progress(): RunObserver['progress'] {
    return this.#reading.progress;
  }

  feed(chunk: Uint8Array, stream: OutputStream = 'stdout'): void {
    this.#stream = stream;
    const until = this.#reading.offset + chunk.length;
    try {
      this.#look(chunk);
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#letGo();
      this.#reading = this.#read(this.#last());
      this.#catchUp(until);
    }
    if (this.#reading.offset - this.#savedAt >= SAVE_BYTES) this.#write();
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#save().catch((error: unknown) =>
        console.error(`Cannot save what is known of ${this.#context.dir}:`, error),
      );
    }, this.#context.saveMs ?? SAVE_MS).unref();
  }

  /** What hangs or kills this agent is known to the next one. */
  #look(chunk: Uint8Array): void {
    const { mark } = this.#context;
    mark.begin();
    try {
      this.#reading.feed(chunk);
    } finally {
      mark.end();
    }
  }

  async save(): Promise<void> {
    await this.#save();
    await this.#close();
  }

  async end(): Promise<void> {
    await this.#takePen();
    this.#reading.finish();
    await this.#save();
    await this.#close();
  }

  /** Where reading goes on: at the last checkpoint, or at the beginning when output isn't what it counted. */
  #last(): Checkpoint {
    const { dir, attempt } = this.#context;
    const known = readCheckpoint(dir);
    const size = statSync(runFiles(dir).output, { throwIfNoEntry: false })?.size ?? 0;
    if (known === null || known.offset > size) return newCheckpoint(attempt);
    if (known.attempt === attempt) return known;
    // A new attempt goes on in the same output, but counts its own steps and writes an event file of its own.
    const { line, steps, progress, events, attrs, attributes } = newCheckpoint(attempt);
    return { ...known, attempt, line, steps, progress, events, attrs, attributes };
  }

  #read(from: Checkpoint): Reading {
    return new Reading(from, this.#context.find, {
      lines: (count) => this.#files?.lines(count, this.#stream, Date.now()),
      scalars: (scalars) => this.#files?.scalars(scalars, Date.now()),
      attribute: (name, text) => this.#files?.attribute(name, text, Date.now()),
    });
  }

  /** Becomes the one that writes, when nobody else is: goes back to what is on disk, and catches up from there. */
  #takePen(): Promise<void> {
    this.#taking ??= this.#tryPen().finally(() => {
      this.#taking = null;
    });
    return this.#taking;
  }

  async #tryPen(): Promise<void> {
    const { dir } = this.#context;
    if (this.#held !== null || this.#over || isDiskFull(dir)) return;
    const held = await this.#context.pen.take();
    if (held === null) return;
    this.#held = held;
    const until = this.#reading.offset;
    try {
      this.#openFiles();
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#letGo();
    }
    this.#catchUp(until);
    this.#write();
  }

  /** Opens the files as they were last, or anew, and reads on from there. */
  #openFiles(): void {
    const { dir, attempt } = this.#context;
    let from = this.#last();
    this.#files = RecordFiles.open(dir, from);
    if (this.#files === null || from.offset === 0) {
      this.#files?.close();
      from = newCheckpoint(attempt);
      this.#files = RecordFiles.anew(dir);
    }
    this.#reading = this.#read(from);
  }

  /** Writes no more for now. */
  #letGo(): void {
    this.#files?.abandon();
    this.#files = null;
    void this.#held?.release();
    this.#held = null;
  }

  #catchUp(until: number): void {
    if (this.#reading.offset >= until) return;
    const { output, changes } = runFiles(this.#context.dir);
    const handle = openSync(output, 'r');
    const streams = new StreamReader(changes);
    try {
      const buffer = Buffer.alloc(CHUNK);
      while (this.#reading.offset < until) {
        const want = Math.min(CHUNK, until - this.#reading.offset);
        const got = readSync(handle, buffer, 0, want, this.#reading.offset);
        if (got === 0) return;
        for (const { stream, bytes } of streams.cut(buffer.subarray(0, got), this.#reading.offset)) {
          this.#stream = stream;
          this.#look(bytes);
        }
      }
    } finally {
      streams.close();
      closeSync(handle);
    }
  }

  async #save(): Promise<void> {
    await this.#takePen();
    this.#write();
  }

  #write(): void {
    if (this.#files === null) return;
    try {
      this.#files.flush();
      writeCheckpoint(this.#context.dir, { ...this.#reading.state, ...this.#files.lengths });
      this.#savedAt = this.#reading.offset;
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#letGo();
    }
  }

  async #close(): Promise<void> {
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#context.mark.close();
    this.#files?.close();
    this.#files = null;
    await this.#held?.release();
    this.#held = null;
  }
}
