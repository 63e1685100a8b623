import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { Manifest } from '#protocol';
import { isMissing, readIfThere } from '../home/index.ts';

/** A manifest is a small blob; a larger one is never read to see whether it is one. Bytes. */
const LARGEST_MANIFEST = 64 << 20;

interface Found {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** When it was last used, in ms since the epoch. */
  readonly used: number;
}

async function list(folder: string): Promise<Found[]> {
  try {
    const names = await readdir(folder);
    const stats = await Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(join(folder, name));
        return { name, path: join(folder, name), size, used: mtimeMs };
      }),
    );
    return stats;
  } catch (error) {
    // Another host that shares the home prunes too.
    if (isMissing(error)) return [];
    throw error;
  }
}

function blobsOf({ path, size }: Found): string[] {
  if (size > LARGEST_MANIFEST) return [];
  const text = readIfThere(path);
  if (text === null || !text.startsWith('{')) return [];
  try {
    const manifest = v.safeParse(Manifest, JSON.parse(text));
    return manifest.success
      ? manifest.output.entries.flatMap((entry) => (entry.kind === 'file' ? [entry.blob] : []))
      : [];
  } catch {
    return [];
  }
}

/**
 * Removes blobs, whole and partial, that nothing has used since `before` (ms since the epoch), but none that a manifest used
 * since then names. Runs have copies of their own, so what is removed is at worst sent again. Returns how many bytes that freed.
 */
export async function pruneBlobs(root: string, before: number): Promise<number> {
  const folders = (await readdir(root)).filter((name) => /^[0-9a-f]{2}$/.test(name) || name === 'partial');
  const found = (await Promise.all(folders.map((name) => list(join(root, name))))).flat();
  const fresh = found.filter((blob) => blob.used >= before);
  const needed = new Set(fresh.flatMap(blobsOf));
  let freed = 0;
  for (const blob of found) {
    if (blob.used >= before || needed.has(blob.name)) continue;
    await rm(blob.path, { force: true });
    freed += blob.size;
  }
  return freed;
}
