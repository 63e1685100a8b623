import type { AgentEvent } from '#protocol';

/**
 * How far a reader of events is. In a snapshot it has no place yet: whoever loses the link there has seen only some of the runs. Its end
 * is known by the first event after it, or by a beat.
 */
export type EventPlace =
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'snapshot'; readonly epoch: string; readonly seq: number }
  | { readonly kind: 'at'; readonly epoch: string; readonly seq: number };

/** Where every reader begins. */
export const eventPlace: EventPlace = { kind: 'nowhere' };

/** Where a reader is after an event; `gap` when one before it is missing. */
export function nextPlace(place: EventPlace, event: AgentEvent): EventPlace | { readonly kind: 'gap' } {
  if (event.type === 'hello') {
    if (event.snapshot) return { kind: 'snapshot', epoch: event.epoch, seq: event.seq };
    // Its number is the agent's newest, not the last one that was read.
    return place.kind === 'at' && place.epoch === event.epoch ? place : { kind: 'gap' };
  }
  const { seq } = event;
  switch (place.kind) {
    case 'nowhere':
      return { kind: 'gap' };
    case 'snapshot':
      if (event.type === 'beat') return { ...place, kind: 'at' };
      if (seq === place.seq) return place;
      return seq === place.seq + 1 ? { kind: 'at', epoch: place.epoch, seq } : { kind: 'gap' };
    case 'at':
      // A beat may carry the number of an event that is only on its way.
      if (event.type === 'beat') return place;
      return seq === place.seq + 1 ? { ...place, seq } : { kind: 'gap' };
  }
}

/** The query that continues at a place. */
export function queryOf(place: EventPlace): string {
  return place.kind === 'at' ? `?epoch=${encodeURIComponent(place.epoch)}&since=${place.seq}` : '';
}
