import { expect, test } from 'vitest';
import type { RunState } from '#protocol';
import type { FeedEvent, ViewFeed } from '#controller/tui';
import { memoryRun } from '../remotes/memory-run.ts';
import { groupFeed } from './group-feed.ts';

const [SLOW, QUICK, TRIAL] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string];

function run(host: string, id: string, status: RunState['status'], batch: string | null = null): FeedEvent {
  const { state } = memoryRun(id, { status, batch });
  return { at: 0, type: 'agent', host, event: { type: 'run', seq: 0, run: state } };
}

function removed(host: string, id: string): FeedEvent {
  return { at: 0, type: 'agent', host, event: { type: 'removed', seq: 0, id } };
}

/** How many of these events were taken before the view of the group was over, and what it was shown of them. */
async function taken(events: readonly FeedEvent[]) {
  const shown: FeedEvent[] = [];
  let count = 0;
  async function* all(): AsyncGenerator<FeedEvent> {
    for (const event of events) {
      count += 1;
      yield event;
    }
  }
  const feed = { events: () => all() } as unknown as ViewFeed;
  const group = { id: SLOW, shares: new Set([SLOW, QUICK]), onEnd: () => undefined };
  for await (const event of groupFeed(feed, group).events(new AbortController().signal)) shown.push(event);
  return { count, shown };
}

test('a group is over with its coordinators and trials, also where a trial went from one host to another meanwhile', async () => {
  const events = [
    run('slow', SLOW, 'running'),
    run('slow', TRIAL, 'pending', SLOW),
    run('quick', QUICK, 'completed'),
    run('quick', TRIAL, 'staged', QUICK),
    removed('slow', TRIAL),
    run('slow', SLOW, 'completed'),
    run('quick', TRIAL, 'running', QUICK),
    run('quick', TRIAL, 'completed', QUICK),
    run('quick', 'd'.repeat(32), 'running'),
  ];
  expect((await taken(events)).count).toBe(8);
});

test('a trial that went to another host is not taken away by the one that had it, however late that says so', async () => {
  const events = [
    run('slow', SLOW, 'running'),
    run('slow', TRIAL, 'pending', SLOW),
    run('quick', TRIAL, 'completed', QUICK),
    removed('slow', TRIAL),
    removed('quick', TRIAL),
  ];
  expect((await taken(events)).shown.filter(({ type }) => type === 'agent')).toEqual([
    run('slow', TRIAL, 'pending', SLOW),
    run('quick', TRIAL, 'completed', SLOW),
    removed('quick', TRIAL),
  ]);
});
