import { join } from 'node:path';
import PQueue from 'p-queue';
import { isFinal, type RunId } from '#protocol';
import type { Host } from '#controller/remotes';
import { writeMeta } from './meta.ts';
import { readMirrorFile, writeMirrorFile } from './mirror-file.ts';
import { adopt, ifUnknown, newTrials } from './new-trials.ts';
import { TreeWriter } from './tree-writer.ts';

/** Requests on their way at a time. */
const AT_A_TIME = 32;

/**
 * Brings the state of mirrors that may have changed up to the host's, and the record of those that did; their output is left to those
 * who want it. Trials of a batch that was left to the host become mirrors. A run that the host doesn't know, and mirrors of another
 * machine that had its name, stay as they are.
 */
export async function refreshMirrors(
  host: Host,
  ids: readonly RunId[],
  { home, signal }: { readonly home: string; readonly signal: AbortSignal },
): Promise<void> {
  const { hostId } = await host.info({ signal });
  const queue = new PQueue({ concurrency: AT_A_TIME });
  const each = async <T>(list: readonly T[], act: (item: T) => Promise<void>) => {
    await queue.addAll(
      list.map((item) => async () => {
        signal.throwIfAborted();
        await act(item);
      }),
    );
  };
  // Before the batches themselves: one that has ended is not asked after again.
  const found = await newTrials(host, ids, { home, signal });
  await each(found, async (state) => adopt(host, state, { home, hostId, signal }));
  await each(ids, async (id) => refreshMirror(host, join(home, 'runs', id), { id, hostId, signal }));
}

interface Refresh {
  readonly id: RunId;
  readonly hostId: string;
  readonly signal: AbortSignal;
}

async function refreshMirror(host: Host, dir: string, { id, hostId, signal }: Refresh): Promise<void> {
  const before = readMirrorFile(dir);
  if (before === null || before.hostId !== hostId) return;
  const asked = Date.now() * 1000;
  const state = await host.run(id, { signal }).catch(ifUnknown);
  if (state === null) return;
  const into = new TreeWriter(dir);
  const isChanged = state.status !== before.state.status || state.attempt !== before.state.attempt;
  if (isChanged) await writeMeta(await host.meta(id, { signal }), into);
  // A command that follows the run knows better, and may have the end of it by now.
  const now = readMirrorFile(dir);
  if (now === null || now.seen > asked || (now.complete && isFinal(now.state.status))) return;
  await writeMirrorFile(into, { ...now, state, seen: asked, complete: false });
}
