import { join } from 'node:path';
import PQueue from 'p-queue';
import { isFinal, type RunId, type RunState } from '#protocol';
import type { Host } from '#controller/remotes';
import { writeMeta } from './meta.ts';
import { readMirrorFile, writeMirrorFile } from './mirror-file.ts';
import { adopt, ifUnknown, newTrials } from './new-trials.ts';
import { forgetOffer } from './offer.ts';
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
  const told: Told[] = [];
  await each(ids, async (id) => {
    const asked = Date.now() * 1000;
    if (readMirrorFile(join(home, 'runs', id))?.hostId !== hostId) return;
    const state = await host.run(id, { signal }).catch(ifUnknown);
    if (state === null) forgetOffer(home, id);
    else told.push({ state, asked });
  });
  // A batch that has ended has all its trials by then; and once that is written down here, it is not asked after again.
  const batches = told.map(({ state }) => state.id);
  const found = await newTrials(host, batches, { home, signal });
  await each(found, async (state) => adopt(host, state, { home, hostId, signal }));
  await each(told, async (one) => take(host, one, { home, signal }));
}

/** Makes mirrors of the trials of a batch that began on a host and are not known here: whoever fed the batch may have died before it did. */
export async function adoptTrials(
  host: Host,
  batch: RunId,
  { home, signal }: { readonly home: string; readonly signal: AbortSignal },
): Promise<void> {
  const { hostId } = await host.info({ signal });
  const queue = new PQueue({ concurrency: AT_A_TIME });
  const found = await newTrials(host, [batch], { home, signal });
  await queue.addAll(found.map((state) => async () => adopt(host, state, { home, hostId, signal })));
}

/** What a host said of a run, and when it was asked, µs since the epoch. */
interface Told {
  readonly state: RunState;
  readonly asked: number;
}

async function take(
  host: Host,
  { state, asked }: Told,
  { home, signal }: { readonly home: string; readonly signal: AbortSignal },
): Promise<void> {
  const dir = join(home, 'runs', state.id);
  const before = readMirrorFile(dir);
  if (before === null) return;
  const into = new TreeWriter(dir);
  const isChanged = state.status !== before.state.status || state.attempt !== before.state.attempt;
  if (isChanged) await writeMeta(await host.meta(state.id, { signal }), into);
  // A command that follows the run knows better, and may have the end of it by now.
  const now = readMirrorFile(dir);
  if (now === null || now.seen > asked || (now.complete && isFinal(now.state.status))) return;
  await writeMirrorFile(into, { ...now, state, seen: asked, complete: false, offeredBy: undefined });
}
