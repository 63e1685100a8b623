import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputStream, Scalar } from '#protocol';
import { runFiles } from '../home/index.ts';
import { AppendFile } from './append-file.ts';
import type { Checkpoint } from './checkpoint.ts';
import { EventLog, EVENTS_PREFIX } from './event-log.ts';
import { scalarRecord, textRecord } from './event-file/index.ts';

type Lengths = Pick<Checkpoint, 'index' | 'events' | 'attrs'>;

interface Files {
  readonly index: AppendFile;
  readonly events: EventLog;
  readonly attrs: EventLog;
}

/** What is derived from output and kept beside it for Guild's and TensorBoard's tools: `output.index`, and event files of scalars and attributes. */
export class RecordFiles {
  readonly #files: Files;

  private constructor(files: Files) {
    this.#files = files;
  }

  /** Opens the files as a checkpoint left them; null when they are shorter, so that all has to be made anew. */
  static open(dir: string, lengths: Lengths): RecordFiles | null {
    const { guild } = runFiles(dir);
    const index = AppendFile.open(join(guild, 'output.index'), lengths.index);
    const events = EventLog.open(guild, '', lengths.events);
    const attrs = EventLog.open(guild, '.attrs', lengths.attrs);
    if (index !== null && events !== null && attrs !== null) return new RecordFiles({ index, events, attrs });
    for (const file of [index, events, attrs]) file?.close();
    return null;
  }

  /** Opens them empty: what an earlier reading of the same output had written is removed, or it would count twice. */
  static anew(dir: string): RecordFiles | null {
    const { guild } = runFiles(dir);
    for (const name of readdirSync(guild)) if (name.startsWith(EVENTS_PREFIX)) rmSync(join(guild, name));
    return RecordFiles.open(dir, { index: 0, events: null, attrs: null });
  }

  /** Notes the ends of lines, each by ms since the epoch and the stream: 0 or 1, as Guild does. */
  lines(count: number, stream: OutputStream, now: number): void {
    const entry = Buffer.alloc(9);
    entry.writeBigUInt64BE(BigInt(now));
    entry.writeUInt8(stream === 'stderr' ? 1 : 0, 8);
    this.#files.index.append(Buffer.alloc(9 * count, entry));
  }

  scalars(scalars: readonly Scalar[], now: number): void {
    const wallTime = now / 1000;
    for (const scalar of scalars) this.#files.events.append(scalarRecord({ ...scalar, wallTime }), wallTime);
  }

  attribute(name: string, text: string, now: number): void {
    const wallTime = now / 1000;
    this.#files.attrs.append(textRecord({ tag: name, text, wallTime }), wallTime);
  }

  flush(): void {
    for (const file of Object.values(this.#files) as readonly Files[keyof Files][]) file.flush();
  }

  get lengths(): Lengths {
    const { index, events, attrs } = this.#files;
    return { index: index.length, events: events.place, attrs: attrs.place };
  }

  /** Closes them as they are: a later reading cuts them to what a checkpoint counts. */
  abandon(): void {
    for (const file of Object.values(this.#files) as readonly Files[keyof Files][]) file.abandon();
  }

  close(): void {
    for (const file of Object.values(this.#files) as readonly Files[keyof Files][]) file.close();
  }
}
