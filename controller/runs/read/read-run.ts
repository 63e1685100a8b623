import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isFinal } from '#protocol';
import { readMirrorFile } from '../mirror/mirror-file.ts';
import { readAttributes, readText } from './attributes.ts';
import { LISTED_ATTRIBUTES, type Run } from './run.ts';
import { readStatus } from './status.ts';

/** Reads a run's directory; null when it is none, or not yet one. */
export function readRun(dir: string, id: string): Run | null {
  const opref = readText(join(dir, '.guild/opref'));
  const mirror = readMirrorFile(dir);
  if (opref === null && mirror === null) return null;
  const shared = {
    id,
    dir,
    isOurs: existsSync(join(dir, '.guild/sortie')),
    opref: opref ?? '',
    protoOpref: readText(join(dir, '.guild/proto/.guild/opref')),
    attrs: readAttributes(dir, LISTED_ATTRIBUTES),
  };
  if (mirror !== null) {
    const { status, exitStatus, reason, scalars, queue, batch } = mirror.state;
    return {
      ...shared,
      status,
      exitStatus,
      reason,
      batch,
      remote: mirror.remote,
      seen: mirror.seen,
      queue,
      scalars,
    };
  }
  // Guild's own mark of a run that was pulled while it ran.
  const lock = readText(join(dir, '.guild/LOCK.remote'))?.trim();
  const outcome =
    lock === undefined ? readStatus(dir) : { status: 'running' as const, exitStatus: null, reason: null };
  return { ...shared, ...outcome, batch: batchOf(dir), remote: lock ?? null, seen: null, scalars: {} };
}

/** As the specification of a trial names it. Text of attributes in there has its quotes escaped. */
function batchOf(dir: string): string | null {
  const spec = readText(join(dir, '.guild/sortie/spec.json')) ?? '';
  return /"batch":\{"id":"([0-9a-f]{32})"/.exec(spec)?.[1] ?? null;
}

/** Whether only an edit or a restart, both of which show on the directory's times, can change what a run is. */
export function isSettled(run: Run): boolean {
  return isFinal(run.status);
}
