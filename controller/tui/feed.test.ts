import { expect, test } from 'vitest';
import { UserError, type AgentEvent, type RunState } from '#protocol';
import type { Host, LinkState } from '#controller/remotes';
import { hostsFeed } from './feed.ts';
import { hostInfo, trialAt } from './demo/fleet.ts';
import { standardFleet } from './demo/standard.ts';
import type { FeedEvent, ViewFeed } from './view-feed.ts';

const { fleet } = standardFleet();
const [trial] = fleet.trials;
if (trial === undefined) throw new Error('no trial');
const { id } = trial.meta;

function stateOf(status: RunState['status']): RunState {
  return { ...trialAt(fleet, trial!, 1, 0), status, batch: null, outputBytes: 12 };
}

/** A host in memory: what it is told to say, and what was asked of it. */
function pretendHost(output: readonly string[] = []) {
  const asked: string[] = [];
  let say: (event: AgentEvent) => void = () => undefined;
  const said: AgentEvent[] = [];
  let isOutputOpen = true;
  const host = {
    name: 'gpu-box',
    link: { kind: 'live', heard: 1 },
    onLink(listener: (link: LinkState) => void) {
      listener({ kind: 'live', heard: 1 });
      return () => void asked.push('unlisten');
    },
    info: async () => hostInfo(fleet, 'gpu-box', 1, Date.now()),
    runs: async () => [
      { state: { ...stateOf('running'), id: 'f'.repeat(32) }, attrs: { flags: 'lr: 7\n' } },
      {
        state: stateOf('running'),
        attrs: {
          opref: "guildfile:/p abc '' train",
          flags: 'lr: 0.1\nlayers: [1, 2]\n',
          label: 'first try\n',
        },
      },
    ],
    stop: async (run: string) => {
      asked.push(`stop ${run}`);
      return stateOf('terminated');
    },
    async *streams(run: string, { from, follow }: { from: number; follow: boolean }) {
      asked.push(`output ${run} from ${from}${follow ? ' follow' : ''}`);
      for (const text of output) yield { stream: 'stdout', bytes: Buffer.from(text) };
      isOutputOpen = false;
    },
    async *events({ signal }: { signal: AbortSignal }) {
      for (;;) {
        const event = said.shift();
        if (event !== undefined) yield event;
        else if (signal.aborted) return;
        else
          await new Promise<void>((resolve) => {
            say = () => resolve();
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
      }
    },
  };
  return {
    host: host as unknown as Host,
    asked,
    isOutputOpen: () => isOutputOpen,
    tell(event: AgentEvent) {
      said.push(event);
      say(event);
    },
  };
}

async function collect(feed: ViewFeed, until: (event: FeedEvent) => boolean): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for await (const event of feed.events(new AbortController().signal)) {
    events.push(event);
    if (until(event)) break;
  }
  return events;
}

test('links, machines, runs and what was planned of them come as events', async () => {
  const box = pretendHost();
  box.tell({ type: 'run', seq: 1, run: stateOf('running') });
  const events = await collect(hostsFeed({ hosts: [box.host] }), ({ type }) => type === 'meta');
  expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['link', 'host', 'agent', 'meta']));
  expect(events.at(-1)).toMatchObject({
    meta: { id, operation: 'train', label: 'first try', flags: { lr: '0.1', layers: '[1, 2]' } },
  });
  // Another run of that host, which nobody wants to see, is not among them.
  expect(events.filter(({ type }) => type === 'meta').length).toBe(1);
  expect(box.asked).toContain('unlisten');
});

test('a feed for one run ends when that run has ended and all of its output has come', async () => {
  const box = pretendHost(['one\n', 'two\n']);
  const feed = hostsFeed({ hosts: [box.host], until: id });
  feed.follow([id], 'start');
  box.tell({ type: 'run', seq: 1, run: stateOf('running') });
  box.tell({ type: 'run', seq: 2, run: stateOf('completed') });
  const events = await collect(feed, () => false);
  const output = events.filter((event) => event.type === 'output');
  expect(output.map(({ offset }) => offset)).toEqual([0, 4]);
  expect(output.map(({ bytes }) => Buffer.from(bytes).toString()).join('')).toBe('one\ntwo\n');
  expect(box.isOutputOpen()).toBe(false);
});

test('a log begins near its end, and stopping goes to the host that has the run', async () => {
  const box = pretendHost(['x']);
  const feed = hostsFeed({ hosts: [box.host] });
  feed.follow([id], 'tail');
  box.tell({ type: 'run', seq: 1, run: { ...stateOf('running'), outputBytes: 1_000_000 } });
  await collect(feed, ({ type }) => type === 'output');
  await feed.stop(id);
  expect(box.asked).toContain(`output ${id} from ${1_000_000 - 64 * 1024} follow`);
  expect(box.asked).toContain(`stop ${id}`);
});

test('what a view cannot do is refused with the command that can', async () => {
  const feed = hostsFeed({ hosts: [] });
  await expect(feed.restart(id)).rejects.toThrow(UserError);
  await expect(feed.pull(id)).rejects.toMatchObject({ hint: `sortie pull ${id.slice(0, 8)}` });
  await expect(feed.stop(id)).rejects.toMatchObject({ code: 'run-not-found' });
});
