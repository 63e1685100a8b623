import { addScalar, stepScalars, type RunState, type Scalar } from '#protocol';
import type { Checkpoint } from './checkpoint.ts';
import { mayTellProgress, readProgress } from './progress.ts';
import { KnownAttributes } from './known-attributes.ts';
import { findNothing, NONE, type Finder } from './rules.ts';
import { segmentOf, Segments, segmentText, type Segment, type SegmentEnd } from './segments.ts';

/** A flood of lines is sampled for progress: this many segments of a chunk, the last ones. */
const PROGRESS_SEGMENTS = 64;

/** Hears what is found in output. */
export interface Findings {
  /** So many lines have ended. */
  lines(count: number): void;
  scalars(scalars: readonly Scalar[]): void;
  /** An attribute has a new value. */
  attribute(name: string, text: string): void;
}

const PLAIN: PropertyDescriptor = { enumerable: true, writable: true, configurable: true };

/** Reads output, in any pieces, into scalars, steps, attributes and progress. Its state is plain and bounded, whatever is printed. */
export class Reading {
  readonly #find: Finder;
  readonly #findings: Findings;
  readonly #segments: Segments;
  readonly #attributes: KnownAttributes;
  readonly #state: Checkpoint;
  #offset: number;
  #recent: Segment[] = [];
  #afterReturn = false;
  /** True while the line so far has given scalars. */
  #found: boolean;
  /** Lines that have ended and weren't told of yet. */
  #ended = 0;

  constructor(from: Checkpoint, find: Finder, findings: Findings) {
    this.#state = structuredClone(from);
    this.#attributes = new KnownAttributes(this.#state.attributes);
    this.#offset = from.offset;
    this.#found = Object.keys(from.line).length > 0;
    this.#find = find;
    this.#findings = findings;
    this.#segments = new Segments(from.skipping, (segment, end) => this.#take(segment, end));
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
    if (this.#afterReturn && this.#segments.held > 0) this.#recent.push(segmentOf(this.#segments.rest));
    this.#readRecent();
    this.#tellLines();
  }

  /** Takes what is left for a line: nothing follows. */
  finish(): void {
    const { rest, held, skipping } = this.#segments;
    this.#segments.clear();
    if (held > 0 || skipping || this.#state.lineOpen) this.#take(segmentOf(rest), 'line');
    this.#readRecent();
    this.#tellLines();
  }

  /** The state, without what belongs to files. */
  get state(): Omit<Checkpoint, 'events' | 'attrs' | 'index'> {
    const { skipping, held } = this.#segments;
    return { ...this.#state, offset: this.#offset - held, skipping };
  }

  #take(segment: Segment, end: SegmentEnd): void {
    this.#recent.push(segment);
    if (this.#recent.length > 2 * PROGRESS_SEGMENTS) this.#recent = this.#recent.slice(-PROGRESS_SEGMENTS);
    const { scalars, attributes } = this.#find(segment);
    if (scalars !== NONE) this.#mergeLine(scalars);
    if (attributes !== NONE)
      for (const [name, text] of Object.entries(attributes))
        if (this.#attributes.isNews(name, text)) this.#findings.attribute(name, text);
    this.#afterReturn = end === 'return';
    this.#state.lineOpen = this.#afterReturn;
    if (end === 'return') return;
    this.#ended += 1;
    if (this.#found) this.#record();
  }

  /** Carriage returns cut a line; what its pieces give is put together, and recorded at its end. */
  #mergeLine(found: Readonly<Record<string, number>>): void {
    Object.assign(this.#state.line, found);
    this.#found = true;
  }

  #record(): void {
    const values = Object.fromEntries(
      Object.entries(this.#state.line).map(([key, value]) => [key, value ?? Number.NaN]),
    );
    this.#state.line = {};
    this.#found = false;
    const { state, scalars } = stepScalars(this.#state.steps, values);
    this.#state.steps = { ...state, seen: [...state.seen] };
    for (const scalar of scalars) {
      const all = this.#state.scalars;
      const before = Object.hasOwn(all, scalar.tag) ? all[scalar.tag] : undefined;
      // What a program calls `constructor` or `__proto__` is a scalar like any other.
      Object.defineProperty(all, scalar.tag, { ...PLAIN, value: addScalar(before, scalar) });
    }
    this.#findings.scalars(scalars);
  }

  #tellLines(): void {
    if (this.#ended > 0) this.#findings.lines(this.#ended);
    this.#ended = 0;
  }

  #readRecent(): void {
    for (const segment of this.#recent.slice(-PROGRESS_SEGMENTS))
      if (this.#find !== findNothing && mayTellProgress(segment))
        this.#state.progress = readProgress(this.#state.progress, segmentText(segment));
    this.#recent = [];
  }
}
