/** One host's share of a batch, as far as it is known here. */
export interface ShareState {
  readonly id: string;
  /** Its host can be reached. */
  readonly isOpen: boolean;
  /** Trials that run there at a time. */
  readonly slots: number;
  /** Trials that run there, or wait in its queue. */
  readonly live: number;
  /** Its own trials that were not seen to start, in their order. */
  readonly unstarted: readonly string[];
}

export interface ShareMove {
  readonly trial: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Which trials go from one share to another: as many as a host has free slots that has nothing left of its own, from the share with the
 * most that would have to wait, the last of it first, since its own coordinator begins with the first.
 */
export function planMoves(shares: readonly ShareState[]): ShareMove[] {
  const left = new Map(shares.map(({ id, unstarted }) => [id, [...unstarted]]));
  const waiting = ({ id, slots }: ShareState) => (left.get(id)?.length ?? 0) - slots;
  const moves: ShareMove[] = [];
  for (const { id: to, isOpen, slots, live, unstarted } of shares) {
    if (!isOpen || unstarted.length > 0) continue;
    for (let free = slots - live; free > 0; free -= 1) {
      const [busiest] = shares.filter((share) => share.isOpen).sort((a, b) => waiting(b) - waiting(a));
      if (busiest === undefined || waiting(busiest) <= 0) return moves;
      const trial = left.get(busiest.id)?.pop();
      if (trial !== undefined) moves.push({ trial, from: busiest.id, to });
    }
  }
  return moves;
}
