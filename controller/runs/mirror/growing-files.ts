import { EVENT_FILES, isLargeEvents, UserError, type FileListing, type RunId } from '#protocol';
import type { Host } from '#controller/remotes';
import type { TreeWriter } from './tree-writer.ts';

const INDEX = '.guild/output.index';
/** Guild's record of a line: when, and of which stream. Bytes. */
const RECORD = 9;
/** No honest program's event files are larger, all together; what a hostile host can make us store is bounded. Bytes. */
const MOST_EVENTS = 1 << 30;

export interface GrowingFiles {
  readonly id: RunId;
  /** Of the output that there is an index of: no honest index has more lines than that has bytes. */
  readonly outputBytes: number;
  /** The run has ended: nothing grows any more. */
  readonly isOver: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings those files of a mirror's record up to the host's that grow all through a run: the index of output and large event files.
 * They aren't sent anew with the small ones, but go on from where they are.
 */
export async function copyGrowingFiles(host: Host, into: TreeWriter, copy: GrowingFiles): Promise<void> {
  const listed = await listing(host, copy);
  const index = listed.find(({ path }) => path === INDEX);
  if (index === undefined) into.remove(INDEX);
  else
    await extend(host, into, {
      ...copy,
      path: INDEX,
      size: Math.min(index.size, RECORD * (copy.outputBytes + 1)),
    });
  let room = MOST_EVENTS;
  for (const { path, size } of listed) {
    if (!path.startsWith(EVENT_FILES) || !isLargeEvents(size) || size > room) continue;
    room -= size;
    // An agent that died may have begun its last part anew, which a reader of half-old records would take for damage.
    await extend(host, into, { ...copy, path, size, anew: copy.isOver });
  }
}

/** Empty where there is no such directory yet. */
async function listing(host: Host, { id, signal }: GrowingFiles): Promise<FileListing[]> {
  try {
    return (await host.files(id, '.guild', { signal })).filter(({ kind }) => kind === 'file');
  } catch (error) {
    if (error instanceof UserError && error.code === 'no-such-file') return [];
    throw error;
  }
}

interface Extension extends GrowingFiles {
  readonly path: string;
  readonly size: number;
  readonly anew?: boolean;
}

async function extend(
  host: Host,
  into: TreeWriter,
  { id, path, size, anew = false, signal }: Extension,
): Promise<void> {
  const file = await into.open(path);
  try {
    let at = anew ? 0 : (await file.stat()).size;
    // Shorter than it was: its last part was begun anew.
    if (at > size) await file.truncate((at = size));
    if (at === size) return;
    for await (const chunk of host.file(id, path, { from: at, signal })) {
      const taken = chunk.subarray(0, size - at);
      await file.write(taken, 0, taken.length, at);
      at += taken.length;
      if (at === size) break;
    }
    if (anew) await file.truncate(at);
  } finally {
    await file.close();
  }
}
