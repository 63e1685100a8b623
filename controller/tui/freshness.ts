import { BEAT_MS, isFinal } from '#protocol';
import type { HostView, RunView, ViewState } from './state.ts';

/** A host that says nothing for this long, though its link is up, is shown as silent. Two beats: one may be late. */
const SILENT_AFTER_MS = 2 * BEAT_MS;

/** How well a host is heard now. Never a run's state. */
export type Hearing =
  | { readonly kind: 'connecting'; readonly forMs: number }
  | { readonly kind: 'live' }
  | { readonly kind: 'silent'; readonly forMs: number }
  | { readonly kind: 'lost'; readonly since: number; readonly retryInMs: number; readonly reason: string };

export function hearing(host: HostView, now: number): Hearing {
  const { link } = host;
  switch (link.kind) {
    case 'connecting':
      return { kind: 'connecting', forMs: now - link.since };
    case 'live': {
      const forMs = now - Math.max(link.heard, host.heard);
      return forMs > SILENT_AFTER_MS ? { kind: 'silent', forMs } : { kind: 'live' };
    }
    case 'lost':
      return {
        kind: 'lost',
        since: link.since,
        retryInMs: Math.max(0, link.retryAt - now),
        reason: link.reason,
      };
  }
}

/** How old what is shown of a run is, in ms; null while its host is heard or when nothing about it can change. */
export function staleness(state: ViewState, run: RunView, now: number): number | null {
  if (isFinal(run.state.status)) return null;
  const host = state.hosts.get(run.host);
  if (host === undefined || hearing(host, now).kind === 'live') return null;
  return Math.max(0, now - host.heard);
}
