import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError, type RunId, type RunState } from '#protocol';
import type { Host } from '#controller/remotes';
import { writeMeta } from './meta.ts';
import { writeMirrorFile } from './mirror-file.ts';
import { TreeWriter } from './tree-writer.ts';

interface Place {
  readonly home: string;
  readonly signal: AbortSignal;
}

/** Taken at a time: a host may tell of any number. */
const MOST = 10_000;

/** A mirrored run is a batch where it has a prototype of its trials. */
const PROTO = '.guild/proto';

/**
 * The trials of mirrored batches that began on a host, and that are not known here, nor were and are in the trash now. One that waits may
 * yet go to another host.
 */
export async function newTrials(
  host: Host,
  ids: readonly RunId[],
  { home, signal }: Place,
): Promise<readonly RunState[]> {
  const batches = new Set(ids.filter((id) => existsSync(join(home, 'runs', id, PROTO))));
  if (batches.size === 0) return [];
  const listed = await host.runs({ attrs: [] }, { signal });
  const isHere = (id: RunId) => ['runs', 'trash/runs'].some((folder) => existsSync(join(home, folder, id)));
  return listed
    .map(({ state }) => state)
    .filter(({ status }) => status !== 'pending' && status !== 'staged')
    .filter(({ id, batch }) => batch !== null && batches.has(batch) && !isHere(id))
    .slice(0, MOST);
}

/** Makes a mirror of a run's record and state; its output is left to those who want it. */
export async function adopt(
  host: Host,
  state: RunState,
  { home, hostId, signal }: Place & { readonly hostId: string },
): Promise<void> {
  const seen = Date.now() * 1000;
  const meta = await host.meta(state.id, { signal }).catch(ifUnknown);
  if (meta === null) return;
  const into = new TreeWriter(join(home, 'runs', state.id));
  await writeMeta(meta, into);
  await writeMirrorFile(into, { remote: host.name, hostId, state, outputBytes: 0, seen, complete: false });
}

/** For what a host may have lost since it told of it: null then, anything else is thrown. */
export function ifUnknown(error: unknown): null {
  if (error instanceof UserError && error.code === 'no-such-run') return null;
  throw error;
}
