import { join } from 'node:path';
import * as v from 'valibot';
import { ScalarSummary } from '#protocol';
import { readIfThere, runFiles, writeWhole } from '../home/index.ts';

const Progress = v.nullable(v.object({ fraction: v.nullable(v.number()), text: v.string() }));

/**
 * Where the reading of a run's output is, and all that goes on from there. It is written after what it counts, so that a reader
 * that begins anew cuts the files to its lengths and goes on at its offset: no byte is counted twice and none is missed.
 */
const Checkpoint = v.object({
  version: v.literal(1),
  attempt: v.number(),
  /** The byte of the output to go on with: a segment's first, or, within an overlong one, any. */
  offset: v.number(),
  skipping: v.boolean(),
  /** Something was printed since the last newline, before this offset. */
  lineOpen: v.boolean(),
  /** Scalars found in the line so far, when carriage returns have cut it. Null for one that was no number. */
  line: v.record(v.string(), v.nullable(v.number())),
  steps: v.object({ step: v.number(), told: v.boolean(), seen: v.array(v.string()) }),
  scalars: v.record(v.string(), ScalarSummary),
  progress: v.object({
    epoch: v.nullable(v.object({ fraction: v.number(), share: v.number(), text: v.string() })),
    now: Progress,
  }),
  /** The event file of this attempt, by name; null while no scalar was found. */
  events: v.nullable(v.object({ name: v.string(), length: v.number() })),
  /** The same of its attributes; agents before they were read have written none. */
  attrs: v.optional(v.nullable(v.object({ name: v.string(), length: v.number() })), null),
  /** Attributes that this attempt has written: names, and the last value or what stands for it. */
  attributes: v.optional(v.record(v.string(), v.string()), {}),
  /** The length of `output.index`. */
  index: v.number(),
});
export type Checkpoint = v.InferOutput<typeof Checkpoint>;

export function newCheckpoint(attempt: number): Checkpoint {
  return {
    version: 1,
    attempt,
    offset: 0,
    skipping: false,
    lineOpen: false,
    line: {},
    steps: { step: 0, told: false, seen: [] },
    scalars: {},
    progress: { epoch: null, now: null },
    events: null,
    attrs: null,
    attributes: {},
    index: 0,
  };
}

function pathIn(dir: string): string {
  return join(runFiles(dir).sortie, 'observed.json');
}

/** The last checkpoint of a run's output; null when there is none that this version can read. */
export function readCheckpoint(dir: string): Checkpoint | null {
  const text = readIfThere(pathIn(dir));
  if (text === null) return null;
  const parsed = v.safeParse(Checkpoint, JSON.parse(text));
  return parsed.success ? parsed.output : null;
}

export function writeCheckpoint(dir: string, checkpoint: Checkpoint): void {
  writeWhole(pathIn(dir), JSON.stringify(checkpoint));
}
