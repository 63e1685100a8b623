import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentEvent } from '#protocol';
import { eventPlace, nextPlace, queryOf, type EventPlace } from './event-place.ts';

const removed = (seq: number): AgentEvent => ({ type: 'removed', seq, id: 'a'.repeat(32) });
const hello = (seq: number, snapshot: boolean, epoch = 'e'): AgentEvent => ({
  type: 'hello',
  seq,
  epoch,
  snapshot,
});
const beat = (seq: number): AgentEvent => ({ type: 'beat', seq });

function after(...events: readonly AgentEvent[]): EventPlace | { readonly kind: 'gap' } {
  let place: EventPlace = eventPlace;
  for (const event of events) {
    const next = nextPlace(place, event);
    if (next.kind === 'gap') return next;
    place = next;
  }
  return place;
}

test('a cut within a snapshot asks for the whole snapshot again', () => {
  const place = after(hello(7, true), removed(7), removed(7));
  expect(place.kind === 'gap' ? '' : queryOf(place)).toBe('');
});

test('a beat, or the first event after it, ends a snapshot', () => {
  expect(after(hello(7, true), removed(7), beat(7))).toEqual({ kind: 'at', epoch: 'e', seq: 7 });
  expect(after(hello(7, true), removed(7), removed(8))).toEqual({ kind: 'at', epoch: 'e', seq: 8 });
});

test('the greeting of a resumed stream, which carries the newest number, does not move the reader', () => {
  const place = after(hello(7, true), beat(7), hello(12, false));
  expect(place).toEqual({ kind: 'at', epoch: 'e', seq: 7 });
  expect(place.kind === 'gap' ? '' : queryOf(place)).toBe('?epoch=e&since=7');
});

test('a missing event, another epoch without a snapshot, and an event before the greeting are gaps', () => {
  expect(after(hello(7, true), beat(7), removed(9))).toEqual({ kind: 'gap' });
  expect(after(hello(7, true), removed(9))).toEqual({ kind: 'gap' });
  expect(after(hello(7, true), beat(7), hello(3, false, 'f'))).toEqual({ kind: 'gap' });
  expect(after(removed(1))).toEqual({ kind: 'gap' });
});

test('in order, every event moves the place by one', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(50), (from, count) => {
      const events = [...Array(count).keys()].map((n) => removed(from + 1 + n));
      expect(after(hello(from, true), beat(from), ...events)).toMatchObject({ seq: from + count });
    }),
  );
});
