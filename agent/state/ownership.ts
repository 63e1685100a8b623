import * as v from 'valibot';
import { existsSync } from 'node:fs';
import { readIfThere, runFiles } from '../home/index.ts';

const HostRecord = v.object({ hostId: v.string() });

/**
 * Whether a run directory is this host's to tell of and to touch. Homes are shared by all boxes of a lab: a run belongs to the
 * host that its directory names, and a mirror to whoever it was copied from. One that names none was made by Guild, here.
 */
export function isOurs(dir: string, hostId: string): boolean {
  const files = runFiles(dir);
  if (existsSync(files.mirror)) return false;
  const text = readIfThere(files.host);
  if (text === null) return true;
  const record = v.safeParse(HostRecord, JSON.parse(text));
  return record.success && record.output.hostId === hostId;
}
