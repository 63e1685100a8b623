import { addScalar, stepScalars, type RunState, type Scalar } from '#protocol';
import type { Checkpoint } from './checkpoint.ts';
import { mayTellProgress, readProgress } from './progress.ts';
import type { FindScalars } from './rules.ts';
import { Segments, type SegmentEnd } from './segments.ts';

/** A flood of lines is sampled for progress: this many segments of a chunk, the last ones. */
const PROGRESS_SEGMENTS = 64;

/** Hears what is found in output. */
export interface Findings {
  line(): void;
  scalars(scalars: readonly Scalar[]): void;
}

/** Reads output, in any pieces, into scalars, steps and progress. Its state is plain and bounded, whatever is printed. */
export class Reading {
  readonly #find: FindScalars;
  readonly #findings: Findings;
  readonly #segments: Segments;
  readonly #state: Checkpoint;
  #offset: number;
  #recent: Buffer[] = [];
  #afterReturn = false;

  constructor(from: Checkpoint, find: FindScalars, findings: Findings) {
    this.#state = structuredClone(from);
    this.#offset = from.offset;
    this.#find = find;
    this.#findings = findings;
    this.#segments = new Segments(from.skipping, (bytes, end) => this.#take(bytes, end));
  }

  /** Bytes taken in. */
  get offset(): number {
    return this.#offset;
  }

  get scalars(): RunState['scalars'] {
    return this.#state.scalars;
  }

  get progress(): RunState['progress'] {
    return this.#state.progress.now;
  }

  feed(chunk: Uint8Array): void {
    this.#segments.feed(chunk);
    this.#offset += chunk.length;
    // A bar is written after its carriage return, and stays unfinished until the next one.
    if (this.#afterReturn && this.#segments.held > 0) this.#recent.push(this.#segments.rest);
    this.#readRecent();
  }

  /** Takes what is left for a line: nothing follows. */
  finish(): void {
    const { rest, held, skipping } = this.#segments;
    this.#segments.clear();
    if (held > 0 || skipping || this.#state.lineOpen) this.#take(rest, 'line');
    this.#readRecent();
  }

  /** The state, without what belongs to files. */
  get state(): Omit<Checkpoint, 'events' | 'index'> {
    const { skipping, held } = this.#segments;
    return { ...this.#state, offset: this.#offset - held, skipping };
  }

  #take(bytes: Buffer, end: SegmentEnd): void {
    this.#recent.push(bytes);
    if (this.#recent.length > 2 * PROGRESS_SEGMENTS) this.#recent = this.#recent.slice(-PROGRESS_SEGMENTS);
    Object.assign(this.#state.line, this.#find(bytes));
    this.#afterReturn = end === 'return';
    this.#state.lineOpen = this.#afterReturn;
    if (end === 'return') return;
    const values = Object.entries(this.#state.line).map(
      ([key, value]) => [key, value ?? Number.NaN] as const,
    );
    if (values.length > 0) this.#record(Object.fromEntries(values));
    this.#findings.line();
  }

  #record(values: Record<string, number>): void {
    this.#state.line = {};
    const { state, scalars } = stepScalars(this.#state.steps, values);
    this.#state.steps = { ...state, seen: [...state.seen] };
    for (const scalar of scalars)
      this.#state.scalars[scalar.tag] = addScalar(this.#state.scalars[scalar.tag], scalar);
    this.#findings.scalars(scalars);
  }

  #readRecent(): void {
    for (const segment of this.#recent.slice(-PROGRESS_SEGMENTS))
      if (mayTellProgress(segment))
        this.#state.progress = readProgress(this.#state.progress, segment.toString('utf8'));
    this.#recent = [];
  }
}
