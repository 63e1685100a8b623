import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Scalar } from '#protocol';
import { runFiles } from '../home/index.ts';
import { AppendFile } from './append-file.ts';
import type { Checkpoint } from './checkpoint.ts';
import { scalarRecord, versionRecord } from './event-file/index.ts';

const PREFIX = 'events.out.tfevents.';

let serial = 0;

/** `events.out.tfevents.<sec>.<host>.<pid>.<n>`, as TensorBoard's writers name them. */
function eventFileName(): string {
  const seconds = Math.floor(Date.now() / 1000);
  serial += 1;
  return `${PREFIX}${String(seconds).padStart(10, '0')}.${hostname()}.${process.pid}.${serial - 1}`;
}

/** What is derived from output and kept beside it for Guild's and TensorBoard's tools: `output.index` and an event file. */
export class RecordFiles {
  readonly #guild: string;
  readonly #index: AppendFile;
  #events: { readonly name: string; readonly file: AppendFile } | null;

  private constructor(guild: string, index: AppendFile, events: RecordFiles['eventFile']) {
    this.#guild = guild;
    this.#index = index;
    this.#events = events;
  }

  private get eventFile(): { readonly name: string; readonly file: AppendFile } | null {
    return this.#events;
  }

  /** Opens the files as a checkpoint left them; null when they are shorter, so that all has to be made anew. */
  static open(dir: string, { index, events }: Pick<Checkpoint, 'index' | 'events'>): RecordFiles | null {
    const { guild } = runFiles(dir);
    const indexFile = AppendFile.open(join(guild, 'output.index'), index);
    if (indexFile === null) return null;
    if (events === null) return new RecordFiles(guild, indexFile, null);
    const file = AppendFile.open(join(guild, events.name), events.length);
    if (file !== null) return new RecordFiles(guild, indexFile, { name: events.name, file });
    indexFile.close();
    return null;
  }

  /** Opens them empty: what an earlier reading of the same output had written is removed, or it would count twice. */
  static anew(dir: string): RecordFiles | null {
    const { guild } = runFiles(dir);
    for (const name of readdirSync(guild)) if (name.startsWith(PREFIX)) rmSync(join(guild, name));
    return RecordFiles.open(dir, { index: 0, events: null });
  }

  /** Notes the ends of lines, each by ms since the epoch and the stream, which is one here. */
  lines(count: number, now: number): void {
    const entry = Buffer.alloc(9);
    entry.writeBigUInt64BE(BigInt(now));
    this.#index.append(Buffer.alloc(9 * count, entry));
  }

  scalars(scalars: readonly Scalar[], now: number): void {
    if (scalars.length === 0) return;
    const wallTime = now / 1000;
    this.#events ??= this.#newEvents(wallTime);
    for (const scalar of scalars) this.#events.file.append(scalarRecord({ ...scalar, wallTime }));
  }

  flush(): void {
    this.#index.flush();
    this.#events?.file.flush();
  }

  get lengths(): Pick<Checkpoint, 'index' | 'events'> {
    const events = this.#events;
    return {
      index: this.#index.length,
      events: events === null ? null : { name: events.name, length: events.file.length },
    };
  }

  close(): void {
    this.#index.close();
    this.#events?.file.close();
  }

  #newEvents(wallTime: number): { readonly name: string; readonly file: AppendFile } {
    const name = eventFileName();
    const path = join(this.#guild, name);
    rmSync(path, { force: true });
    const file = AppendFile.open(path, 0);
    if (file === null) throw new Error(`Expected ${path} to be new`);
    file.append(versionRecord(wallTime));
    return { name, file };
  }
}
