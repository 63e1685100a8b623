import { UserError, type RunId } from '#protocol';
import type { Host } from '#controller/remotes';
import type { TreeWriter } from './tree-writer.ts';

const INDEX = '.guild/output.index';
/** Guild's record of a line: when, and of which stream. Bytes. */
const RECORD = 9;

export interface IndexCopy {
  readonly id: RunId;
  /** Of the output that it is the index of: no honest index has more lines than that has bytes. */
  readonly outputBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Brings the index of a mirror's output up to the host's. It grows with the output, a tenth as fast or more, and only at its end: so
 * it isn't sent anew with the small files of the record, but goes on from where it is.
 */
export async function copyIndex(host: Host, into: TreeWriter, copy: IndexCopy): Promise<void> {
  const size = await sizeThere(host, copy);
  if (size === null) return into.remove(INDEX);
  const wanted = Math.min(size, RECORD * (copy.outputBytes + 1));
  const file = await into.open(INDEX);
  try {
    let at = (await file.stat()).size;
    // An agent that died may have begun the last part anew.
    if (at > wanted) await file.truncate((at = wanted));
    if (at === wanted) return;
    for await (const chunk of host.file(copy.id, INDEX, { from: at, signal: copy.signal })) {
      const taken = chunk.subarray(0, wanted - at);
      await file.write(taken, 0, taken.length, at);
      at += taken.length;
      if (at === wanted) return;
    }
  } finally {
    await file.close();
  }
}

/** Null where there is no index: nothing was printed yet, or an agent of another kind keeps none. */
async function sizeThere(host: Host, { id, signal }: IndexCopy): Promise<number | null> {
  try {
    const [entry] = await host.files(id, INDEX, { signal });
    return entry?.kind === 'file' ? entry.size : null;
  } catch (error) {
    if (error instanceof UserError && error.code === 'no-such-file') return null;
    throw error;
  }
}
