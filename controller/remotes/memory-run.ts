import type { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { EVENT_FILES, isLargeEvents, type FileListing, type RunState } from '#protocol';

/** A file, link or directory of a run in memory. */
export interface MemoryFile {
  readonly kind: FileListing['kind'];
  readonly bytes?: Uint8Array;
  readonly executable?: boolean;
  readonly mtime?: number;
  readonly target?: string;
  /** Why the host can't read it. */
  readonly problem?: string;
}

/** A run in memory. Its output is what `.guild/output` would hold; tests write to all of it as a host would. */
export interface MemoryRun {
  state: RunState;
  attrs: Record<string, string>;
  output: Uint8Array;
  /** Which bytes of it, from and to before which, are of standard error. */
  readonly errors: (readonly [number, number])[];
  readonly files: Map<string, MemoryFile>;
}

/** A run that waits and has done nothing, for tests to lay their own facts over. */
export function memoryRun(id: string, facts: Partial<RunState> = {}): MemoryRun {
  const state: RunState = {
    id,
    attempt: 1,
    status: 'completed',
    exitStatus: 0,
    reason: null,
    initialized: 1,
    started: 2,
    stopped: 3,
    outputBytes: 0,
    gpus: [],
    batch: null,
    queue: null,
    scalars: {},
    progress: null,
    ...facts,
  };
  return { state, attrs: {}, output: new Uint8Array(), errors: [], files: new Map() };
}

/** The tar of its `.guild/` that a host gives of it. */
export function recordOf({ files, attrs }: MemoryRun): Readable {
  const tar = pack();
  for (const [path, { kind, bytes, target }] of files) {
    if (!path.startsWith('.guild/') || path === '.guild/output') continue;
    if (path.startsWith(EVENT_FILES) && isLargeEvents(bytes?.length ?? 0)) continue;
    if (kind === 'file') tar.entry({ name: path }, Buffer.from(bytes ?? []));
    else if (kind === 'link') tar.entry({ name: path, type: 'symlink', linkname: target ?? '' });
    else tar.entry({ name: path, type: 'directory' });
  }
  for (const [name, text] of Object.entries(attrs)) tar.entry({ name: `.guild/attrs/${name}` }, text);
  tar.finalize();
  return tar as unknown as Readable;
}

/** The blobs of an upload, by their names. */
export async function blobsIn(body: Readable, encoding?: 'zstd'): Promise<[string, Uint8Array][]> {
  const entries = extract();
  const fail = (error: Error) => entries.destroy(error);
  body.on('error', fail);
  const plain = encoding === 'zstd' ? body.pipe(zlib.createZstdDecompress().on('error', fail)) : body;
  plain.pipe(entries);
  const blobs: [string, Uint8Array][] = [];
  for await (const entry of entries) {
    const bytes = await Array.fromAsync(entry as AsyncIterable<Buffer>);
    blobs.push([entry.header.name, Buffer.concat(bytes)]);
  }
  return blobs;
}
