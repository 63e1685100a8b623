import { createHash } from 'node:crypto';
import { chmodSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { FileListing, RunId } from '#protocol';
import type { Host } from '#controller/remotes';
import type { TreeWriter } from './tree-writer.ts';

export interface Fetch {
  readonly id: RunId;
  readonly entry: FileListing;
  /** The run is over, so that nothing writes to its files any more. */
  readonly ended: boolean;
  /** Told of bytes that are here, those of an earlier attempt too. */
  readonly onBytes: (count: number) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fetches one file as it was listed, from where an earlier attempt stopped; it appears under its name when it is whole. Never
 * more bytes than were listed are taken. False when the host's file is another by now.
 */
export async function fetchFile(host: Host, into: TreeWriter, fetch: Fetch): Promise<boolean> {
  const { id, entry, onBytes, signal } = fetch;
  const partial = partialPath(entry);
  const file = await into.open(partial);
  let at = 0;
  try {
    at = Math.min((await file.stat()).size, entry.size);
    onBytes(at);
    if (at < entry.size) {
      for await (const chunk of host.file(id, entry.path, { from: at, signal })) {
        const taken = chunk.subarray(0, entry.size - at);
        await file.write(taken, 0, taken.length, at);
        at += taken.length;
        onBytes(taken.length);
        if (at === entry.size) break;
      }
    }
    await file.truncate(at);
  } finally {
    await file.close();
  }
  if (at !== entry.size || !(await isUnchanged(host, fetch))) {
    into.remove(partial);
    onBytes(-at);
    return false;
  }
  const full = join(into.root, partial);
  chmodSync(full, entry.executable ? 0o700 : 0o600);
  utimesSync(full, entry.mtime / 1000, entry.mtime / 1000);
  into.rename(partial, entry.path);
  return true;
}

/** A file that was written to while it was read may be half old, half new. */
async function isUnchanged(host: Host, { id, entry, ended, signal }: Fetch): Promise<boolean> {
  if (ended) return true;
  const [now] = await host.files(id, entry.path, { signal });
  return now?.size === entry.size && now.mtime === entry.mtime;
}

/** Where a file grows until it is whole: another version of it grows elsewhere. */
function partialPath({ path, size, mtime }: FileListing): string {
  const name = createHash('sha256').update(`${path}\0${size}\0${mtime}`).digest('hex').slice(0, 32);
  return `.guild/sortie/pull/${name}`;
}
