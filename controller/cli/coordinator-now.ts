import { isFinal, UserError, type RunId, type RunState } from '#protocol';
import type { Host, OpenedHost } from '#controller/remotes';
import type { FeedEvent } from '#controller/tui';
import { reviveBatch } from './revive-batch.ts';

/**
 * What became of a share's coordinator before anybody watched: one that is through may be in the trash, of which hosts tell nothing. Its
 * trials come before it, as they ended before it: what the host tells of them may still be on its way.
 */
export async function* coordinatorNow(
  id: RunId,
  opened: OpenedHost | undefined,
  reviving: Parameters<typeof reviveBatch>[2],
): AsyncGenerator<FeedEvent> {
  if (opened === undefined) return;
  const { host } = opened;
  await reviveBatch(id, opened, reviving);
  const state = await host.run(id).catch((error: unknown) => {
    if (error instanceof UserError && error.code === 'no-such-run') return null;
    throw error;
  });
  // One that is running is told of by the host's own events; this answer may be older than they are.
  if (state !== null && !isFinal(state.status)) return;
  for (const trial of await host.runs({ attrs: [] }))
    if (trial.state.batch === id) yield told(host, trial.state);
  if (state !== null) yield told(host, state);
  else yield { at: Date.now(), type: 'agent', host: host.name, event: { type: 'removed', seq: 0, id } };
}

function told(host: Host, run: RunState): FeedEvent {
  return { at: Date.now(), type: 'agent', host: host.name, event: { type: 'run', seq: 0, run } };
}
