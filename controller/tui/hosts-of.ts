import type { HostView, ViewState } from './state.ts';

/** The hosts that a view shows: those of the batch, each of them, whether it was reached or not, and no other; without a batch, all. */
export function hostsOf(state: ViewState): readonly HostView[] {
  const names = state.batch?.hosts ?? null;
  if (names === null) return [...state.hosts.values()];
  return names.map((name) => state.hosts.get(name) ?? unreached(name));
}

function unreached(name: string): HostView {
  return {
    name,
    link: { kind: 'lost', since: 0, retryAt: Number.POSITIVE_INFINITY, reason: '' },
    info: null,
    gpus: [],
    gpusAt: null,
    heard: 0,
    clockAhead: 0,
    snapshotFrom: null,
  };
}
