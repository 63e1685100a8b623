import { UserError } from '#protocol';
import type { DispatchContext } from '#controller/dispatch';
import type { OpenedHost } from '#controller/remotes';
import type { Tree } from '#controller/source';
import type { BatchFile } from './batch-file.ts';
import type { Share } from './share-group.ts';
import { Worker, type WorkerInit } from './worker.ts';

/** The host of a share, for whoever gives it a trial of another: all that its trials need was sent with the share. */
export function shareWorker(
  { batch }: Share,
  opened: OpenedHost,
  { context, ...told }: Pick<WorkerInit, 'onTrial' | 'onGone'> & { readonly context: DispatchContext },
): Worker {
  return new Worker({
    opened,
    batch: {
      id: batch.id,
      created: batch.created,
      packed: { plan: batch.plan, source: sourceThere(batch), warnings: [] },
      options: batch.options,
    },
    context,
    inputs: batch.place.kind === 'here' ? batch.place.inputs : null,
    ...told,
  });
}

/** A tree of which only the name is known here. */
function sourceThere({ source }: BatchFile): Tree | null {
  if (source === null) return null;
  const missing = () => {
    throw new UserError({ code: 'blob-missing', message: 'the source of the batch is on its hosts only' });
  };
  return {
    manifest: { version: 1, entries: [] },
    hash: source.tree,
    digest: source.digest,
    bytes: 0,
    blobs: new Map(),
    open: missing,
    read: missing,
  };
}
