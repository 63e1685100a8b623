import type { Progress } from '#controller/remotes';
import type { FeedEvent, Transfer, TransferKind } from './view-feed.ts';

const ACTS: Readonly<Record<Progress['what'], readonly [TransferKind, string]>> = {
  agent: ['first contact', 'agent'],
  runtime: ['first contact', 'runtime'],
  pack: ['packing', 'files'],
  source: ['shipping', 'files'],
  pull: ['pulling', 'files'],
  download: ['downloading', 'resources'],
};

/** A long act of the remotes as a view hears of it; it is done when all its bytes are. `at`: ms since the epoch. */
export function transferEvent(
  { host, what, done, total }: Progress,
  at: number,
): FeedEvent & { readonly type: 'transfer'; readonly transfer: Transfer } {
  const [kind, moved] = ACTS[what];
  return {
    type: 'transfer',
    at,
    transfer: {
      key: `${host} ${what}`,
      kind,
      host: host === 'local' ? null : host,
      what: moved,
      doneBytes: done,
      totalBytes: total > 0 ? total : null,
      status: total > 0 && done >= total ? 'done' : 'under way',
    },
  };
}
