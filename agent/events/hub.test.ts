import { describe, expect, test } from 'vitest';
import type { AgentEvent, RunState } from '#protocol';
import { EventHub, type News } from './hub.ts';

const gone = (digit: string): News => ({ type: 'removed', id: digit.repeat(32) });

function agentRun(id: string, batch: string | null): News & { readonly type: 'run' } {
  const run: RunState = {
    id,
    attempt: 1,
    status: 'completed',
    exitStatus: 0,
    reason: null,
    initialized: 1,
    started: 2,
    stopped: 3,
    outputBytes: 0,
    gpus: [],
    batch,
    queue: null,
    scalars: {},
    progress: null,
  };
  return { type: 'run', run };
}

/** Takes that many events of a stream. */
async function take(events: AsyncGenerator<AgentEvent, void, void>, count: number): Promise<AgentEvent[]> {
  const taken: AgentEvent[] = [];
  while (taken.length < count) {
    const { value } = await events.next();
    if (value === undefined) break;
    taken.push(value);
  }
  return taken;
}

const signal = new AbortController().signal;
const fresh = { epoch: null, since: null };

describe('the event stream', () => {
  test('begins with a snapshot, and what happens meanwhile follows it', async () => {
    const hub = new EventHub(() => [gone('a')]);
    hub.publish(gone('b'));
    const events = hub.read(fresh, signal);
    expect(await take(events, 2)).toEqual([
      { type: 'hello', seq: 1, epoch: hub.epoch, snapshot: true },
      { ...gone('a'), seq: 1 },
    ]);
    hub.publish(gone('c'));
    expect(await take(events, 1)).toEqual([{ ...gone('c'), seq: 2 }]);
  });

  test('tells of trials before their batches in a snapshot: whoever waits for a batch has all of its trials when it ends', async () => {
    const batch = agentRun('a'.repeat(32), null);
    const trials = ['b', 'c'].map((digit) => agentRun(digit.repeat(32), batch.run.id));
    const hub = new EventHub(() => [batch, ...trials]);
    const [, ...told] = await take(hub.read(fresh, signal), 4);
    expect(told.map((event) => event.type === 'run' && event.run.id)).toEqual(
      [...trials, batch].map(({ run }) => run.id),
    );
  });

  test('goes on for a reader that comes back, without a snapshot and without a gap', async () => {
    const hub = new EventHub(() => []);
    for (const digit of ['a', 'b', 'c']) hub.publish(gone(digit));
    const events = hub.read({ epoch: hub.epoch, since: 1 }, signal);
    expect(await take(events, 3)).toEqual([
      { type: 'hello', seq: 3, epoch: hub.epoch, snapshot: false },
      { ...gone('b'), seq: 2 },
      { ...gone('c'), seq: 3 },
    ]);
  });

  test('starts a reader of another life over', async () => {
    const hub = new EventHub(() => [gone('f')]);
    const events = hub.read({ epoch: 'earlier', since: 7 }, signal);
    expect((await take(events, 2)).map(({ type }) => type)).toEqual(['hello', 'removed']);
  });

  test('starts a reader over that fell too far behind, in the middle of its stream', async () => {
    const hub = new EventHub(() => [gone('f')], 4);
    const events = hub.read(fresh, signal);
    await take(events, 2);
    for (let at = 0; at < 20; at += 1) hub.publish(gone('a'));
    expect(await take(events, 2)).toEqual([
      { type: 'hello', seq: 20, epoch: hub.epoch, snapshot: true },
      { ...gone('f'), seq: 20 },
    ]);
  });

  test('ends with its reader', async () => {
    const hub = new EventHub(() => []);
    const reader = new AbortController();
    const events = hub.read(fresh, reader.signal);
    await take(events, 1);
    const next = events.next();
    reader.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
