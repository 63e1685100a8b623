import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppendFile } from './append-file.ts';
import { versionRecord } from './event-file/index.ts';

export const EVENTS_PREFIX = 'events.out.tfevents.';

/** Where an event file ends, by its name; null while there is none. */
export type EventPlace = { readonly name: string; readonly length: number } | null;

/** `.attrs` is Guild's suffix of a file of attributes. */
type Suffix = '' | '.attrs';
type Opened = { readonly name: string; readonly file: AppendFile } | null;

let serial = 0;

/** `events.out.tfevents.<sec>.<host>.<pid>.<n>`, as TensorBoard's writers name them, and the suffix. */
function eventFileName(suffix: Suffix): string {
  const seconds = Math.floor(Date.now() / 1000);
  serial += 1;
  return `${EVENTS_PREFIX}${String(seconds).padStart(10, '0')}.${hostname()}.${process.pid}.${serial - 1}${suffix}`;
}

/** An event file in a run's `.guild`, which comes with its first record. */
export class EventLog {
  readonly #folder: string;
  readonly #suffix: Suffix;
  #open: Opened;

  private constructor(folder: string, suffix: Suffix, open: Opened) {
    this.#folder = folder;
    this.#suffix = suffix;
    this.#open = open;
  }

  /** Opens the file as a checkpoint left it; null when it is shorter. */
  static open(folder: string, suffix: Suffix, place: EventPlace): EventLog | null {
    if (place === null) return new EventLog(folder, suffix, null);
    const file = AppendFile.open(join(folder, place.name), place.length);
    return file === null ? null : new EventLog(folder, suffix, { name: place.name, file });
  }

  /** `wallTime` in seconds since the epoch. */
  append(record: Buffer, wallTime: number): void {
    this.#open ??= this.#begin(wallTime);
    this.#open.file.append(record);
  }

  get place(): EventPlace {
    return this.#open === null ? null : { name: this.#open.name, length: this.#open.file.length };
  }

  flush(): void {
    this.#open?.file.flush();
  }

  close(): void {
    this.#open?.file.close();
  }

  abandon(): void {
    this.#open?.file.abandon();
  }

  #begin(wallTime: number): NonNullable<Opened> {
    const name = eventFileName(this.#suffix);
    const path = join(this.#folder, name);
    rmSync(path, { force: true });
    const file = AppendFile.open(path, 0);
    if (file === null) throw new Error(`Expected ${path} to be new`);
    file.append(versionRecord(wallTime));
    return { name, file };
  }
}
