import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { homeId, knownSecret } from '#files';
import type { HostInfo, RunSpec, RunState } from '#protocol';
import { readMirrorFile, writeMirrorFile } from './mirror-file.ts';
import { TreeWriter } from './tree-writer.ts';

export interface OfferContext {
  /** SORTIE_HOME. */
  readonly home: string;
  /** The host that the run is offered to, as the user calls it. */
  readonly remote: string;
  readonly info: Pick<HostInfo, 'hostId' | 'homeId'>;
  readonly stage: boolean;
}

/**
 * Records a run here before its host is asked for it, so that none is ever started of which nothing is known here. Returns how to take
 * that back where the host refused. A home that the host shares has the run itself. Throws the disk's errors.
 */
export async function recordOffer(
  spec: RunSpec,
  { home, remote, info, stage }: OfferContext,
): Promise<() => Promise<void>> {
  const secret = knownSecret(home);
  if (secret !== null && homeId(secret) === info.homeId) return async () => undefined;
  const dir = join(home, 'runs', spec.id);
  const before = readMirrorFile(dir);
  const into = new TreeWriter(dir);
  // The mark of a mirror comes first: without it an agent here would take the directory for its own run.
  await writeMirrorFile(into, {
    remote,
    hostId: info.hostId,
    state: offeredState(spec, stage),
    outputBytes: before?.outputBytes ?? 0,
    seen: Date.now() * 1000,
    complete: false,
    offeredBy: { host: hostname(), pid: process.pid },
  });
  if (before !== null) return async () => writeMirrorFile(into, before);
  await into.write('.guild/opref', spec.opref);
  for (const [name, text] of Object.entries(spec.attrs)) await into.write(`.guild/attrs/${name}`, text);
  return async () => rmSync(dir, { recursive: true, force: true });
}

/** What is so of a run that its host hasn't told of yet. */
function offeredState({ id, attempt, batch }: RunSpec, stage: boolean): RunState {
  return {
    id,
    attempt,
    status: stage ? 'staged' : 'pending',
    exitStatus: null,
    reason: null,
    initialized: Date.now() * 1000,
    started: null,
    stopped: null,
    outputBytes: 0,
    gpus: [],
    batch: batch?.id ?? null,
    queue: null,
    scalars: {},
    progress: null,
  };
}

/** Forgets the record of a run that its host never had, once nobody offers it any more. */
export function forgetOffer(home: string, id: string): void {
  const dir = join(home, 'runs', id);
  const by = readMirrorFile(dir)?.offeredBy;
  if (by === undefined || (by.pid !== process.pid && (by.host !== hostname() || isAlive(by.pid)))) return;
  rmSync(dir, { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
