import type { Progress } from '#controller/remotes';
import type { FeedEvent, TransferKind } from './view-feed.ts';

const KINDS: Readonly<Record<Progress['what'], TransferKind>> = {
  agent: 'first contact',
  runtime: 'first contact',
  source: 'shipping',
  pull: 'pulling',
  download: 'pulling',
};

/** A long act of the remotes as a view hears of it; it is done when all its bytes are. `at`: ms since the epoch. */
export function transferEvent({ host, what, done, total }: Progress, at: number): FeedEvent {
  return {
    type: 'transfer',
    at,
    transfer: {
      key: `${host} ${what}`,
      kind: KINDS[what],
      host,
      what: what === 'pull' ? '' : what,
      doneBytes: done,
      totalBytes: total > 0 ? total : null,
      status: total > 0 && done >= total ? 'done' : 'under way',
    },
  };
}
