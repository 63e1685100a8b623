import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunState } from '#protocol';
import { pastEvents } from './demo/past.ts';
import { standardFleet } from './demo/standard.ts';
import { HISTORY_LIMIT } from './history.ts';
import { reduce } from './reduce.ts';
import { EMPTY_STATE, type ViewState } from './state.ts';
import type { FeedEvent } from './view-feed.ts';

const ID = 'a'.repeat(32);

function runEvent(at: number, change: Partial<RunState> = {}): FeedEvent {
  const run: RunState = {
    id: ID,
    attempt: 1,
    status: 'running',
    exitStatus: null,
    reason: null,
    initialized: 0,
    started: 0,
    stopped: null,
    outputBytes: 0,
    gpus: [],
    batch: null,
    queue: null,
    scalars: {},
    progress: null,
    ...change,
  };
  return { type: 'agent', at, host: 'box', event: { type: 'run', seq: 1, run } };
}

function scalar(last: number, count: number): RunState['scalars'] {
  return { loss: { first: 9, last, min: 0, max: 9, total: 1, count, step: count } };
}

/** Maps as sorted lists, so that states can be compared. */
function plain(state: ViewState): unknown {
  const sorted = (map: ReadonlyMap<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...state, hosts: sorted(state.hosts), runs: sorted(state.runs), metas: sorted(state.metas) };
}

const past = pastEvents(standardFleet({ lost: 'lab-3' }), 1_000_000);

test('events taken together give the same state as one after another, however they are grouped', () => {
  const one = reduce(EMPTY_STATE, past);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }), (sizes) => {
      let state = EMPTY_STATE;
      let at = 0;
      for (const size of sizes) {
        state = reduce(state, past.slice(at, at + size));
        at += size;
      }
      state = reduce(state, past.slice(at));
      expect(plain(state)).toEqual(plain(one));
    }),
    { numRuns: 20 },
  );
});

test('a state is never changed by what comes after it', () => {
  const before = reduce(EMPTY_STATE, past.slice(0, 500));
  const copy = structuredClone(plain(before));
  reduce(before, past.slice(500));
  expect(plain(before)).toEqual(copy);
});

test('flags that were told before their run are known when it comes, and the other way round', () => {
  const meta = { id: ID, operation: 'train', label: null, flags: { lr: '0.1' }, trials: null, batch: null };
  const metaEvent: FeedEvent = { type: 'meta', at: 1, meta };
  for (const events of [
    [metaEvent, runEvent(2)],
    [runEvent(1), metaEvent],
  ]) {
    expect(reduce(EMPTY_STATE, events).runs.get(ID)?.meta).toEqual(meta);
  }
});

test('a flag varies once two runs differ in it', () => {
  const meta = (id: string, lr: string): FeedEvent => ({
    type: 'meta',
    at: 1,
    meta: {
      id: id.repeat(32),
      operation: 'train',
      label: null,
      flags: { lr, bs: '32' },
      trials: null,
      batch: null,
    },
  });
  const { flags } = reduce(EMPTY_STATE, [meta('a', '0.1'), meta('b', '0.01'), meta('c', '0.1')]);
  expect(flags.get('lr')?.varies).toBe(true);
  expect(flags.get('bs')?.varies).toBe(false);
});

test('the course of a scalar grows with new values only, and stays bounded', () => {
  const events = Array.from({ length: 5000 }, (_, index) =>
    runEvent(index, { scalars: scalar(index, index + 1) }),
  );
  const state = reduce(
    EMPTY_STATE,
    events.flatMap((event) => [event, event]),
  );
  const points = state.runs.get(ID)?.histories['loss']?.points ?? [];
  expect(points.length).toBeLessThanOrEqual(HISTORY_LIMIT);
  expect(points.length).toBeGreaterThan(HISTORY_LIMIT / 4);
  expect([...points].sort((a, b) => a - b)).toEqual(points);
});

test('the course of a run that is joined late is not known until its host has told it', () => {
  const late = reduce(EMPTY_STATE, [
    runEvent(1, { scalars: scalar(5, 40) }),
    runEvent(2, { scalars: scalar(4, 41) }),
  ]);
  expect(late.runs.get(ID)?.histories['loss']?.isPartial).toBe(true);
  const curves = { loss: { points: [9, 1, 7, 5, 4], count: 41 } };
  const told = reduce(late, [
    { type: 'curves', at: 3, id: ID, curves },
    runEvent(4, { scalars: scalar(3, 42) }),
  ]);
  const history = told.runs.get(ID)?.histories['loss'];
  expect(history).toMatchObject({ isPartial: false, stride: 9 });
  expect(history?.points).toEqual([9, 1, 7, 5, 4]);
});

test('a restarted run begins a new course', () => {
  const state = reduce(EMPTY_STATE, [
    runEvent(1, { scalars: scalar(5, 1) }),
    runEvent(2, { scalars: scalar(4, 2) }),
    runEvent(3, { attempt: 2, scalars: scalar(9, 1) }),
  ]);
  expect(state.runs.get(ID)?.histories['loss']?.points).toEqual([9]);
});

test('a snapshot takes away runs that the host no longer names, once it is over', () => {
  const hello: FeedEvent = {
    type: 'agent',
    at: 10,
    host: 'box',
    event: { type: 'hello', seq: 1, epoch: 'b', snapshot: true },
  };
  const other = 'b'.repeat(32);
  const state = reduce(EMPTY_STATE, [
    runEvent(1),
    runEvent(2, { id: other }),
    hello,
    runEvent(11, { id: other }),
  ]);
  expect([...state.runs.keys()]).toEqual([ID, other]);
  const beat: FeedEvent = { type: 'agent', at: 12, host: 'box', event: { type: 'beat', seq: 2 } };
  expect([...reduce(state, [beat]).runs.keys()]).toEqual([other]);
});

test('a lost link changes no run', () => {
  const before = reduce(EMPTY_STATE, [runEvent(1)]);
  const link = { kind: 'lost', since: 2, retryAt: 3, reason: 'reset' } as const;
  const after = reduce(before, [{ type: 'link', at: 2, host: 'box', link }]);
  expect(after.runs.get(ID)).toBe(before.runs.get(ID));
  expect(after.hosts.get('box')?.link).toBe(link);
});

test('the rate of a transfer is what lately came, and the time left follows from it', () => {
  const report = (at: number, doneBytes: number): FeedEvent => ({
    type: 'transfer',
    at,
    transfer: {
      key: 'k',
      kind: 'shipping',
      host: 'box',
      what: 'source',
      doneBytes,
      totalBytes: 100e6,
      status: 'under way',
    },
  });
  const events = Array.from({ length: 50 }, (_, index) => report(index * 200, index * 1e6));
  expect(reduce(EMPTY_STATE, events).transfers.get('k')?.rate).toBeCloseTo(5e6, -3);
});
