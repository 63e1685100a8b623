import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { isFinal, RunState } from '#protocol';
import type { TreeWriter } from './tree-writer.ts';

/** `.guild/sortie/mirror.json`: whose copy a run directory is, and what was last known of the run. */
export const MirrorFile = v.object({
  /** The remote's name, as the user calls it. */
  remote: v.string(),
  hostId: v.string(),
  state: RunState,
  /** How much of the output is here. */
  outputBytes: v.number(),
  /** When the host was last heard, µs since the epoch. */
  seen: v.number(),
  /** The record and the output were copied to their end as of `state`. */
  complete: v.optional(v.boolean(), false),
  /** The process that offers the run to its host, which has not told of it yet. */
  offeredBy: v.optional(v.object({ host: v.string(), pid: v.number() })),
});
export type MirrorFile = v.InferOutput<typeof MirrorFile>;

const MIRROR_PATH = '.guild/sortie/mirror.json';

/** The record of a mirror; null for a directory that is none. */
export function readMirrorFile(dir: string): MirrorFile | null {
  try {
    return v.parse(MirrorFile, JSON.parse(readFileSync(join(dir, MIRROR_PATH), 'utf8')));
  } catch {
    return null;
  }
}

/** Writes it, and Guild's own mark of a run that goes on elsewhere. */
export async function writeMirrorFile(into: TreeWriter, record: MirrorFile): Promise<void> {
  await into.write(MIRROR_PATH, JSON.stringify(record));
  if (isFinal(record.state.status)) into.remove('.guild/LOCK.remote');
  else if (record.state.status === 'running') await into.write('.guild/LOCK.remote', record.remote);
}

/** Whether a directory holds a run that isn't a copy: one of this machine, or of a host that shares the home. */
export function isOriginal(dir: string): boolean {
  return !existsSync(join(dir, MIRROR_PATH)) && existsSync(join(dir, '.guild', 'opref'));
}
