import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { RunState } from '#protocol';
import { memoryRun } from '../remotes/memory-run.ts';
import { FleetFeed } from './demo/fleet-feed.ts';
import { makeFleet } from './demo/fleet.ts';
import { standardFleet } from './demo/standard.ts';
import { PrefixedLines } from './prefixed-lines.ts';
import { showView } from './show.ts';
import type { ShowOptions } from './show-options.ts';
import type { FeedEvent, ViewFeed } from './view-feed.ts';

function pipes() {
  const text = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  const stream = (name: keyof typeof text) => {
    const pipe = new PassThrough();
    pipe.on('data', (bytes: Buffer) => (text[name] = Buffer.concat([text[name], bytes])));
    return pipe;
  };
  const terminal = { stdin: new PassThrough(), stdout: stream('stdout'), stderr: stream('stderr'), env: {} };
  return { text, terminal: terminal as unknown as ShowOptions['terminal'] };
}

function feedOf(events: readonly FeedEvent[]): ViewFeed & { readonly wishes: string[][] } {
  const wishes: string[][] = [];
  const refuse = async () => '';
  return {
    wishes,
    async *events() {
      yield* events;
    },
    follow: (ids) => void wishes.push([...ids]),
    curves: () => undefined,
    async *output() {
      yield* [];
    },
    stop: async () => undefined,
    restart: refuse,
    rerun: refuse,
    pull: refuse,
  };
}

const usual = { subject: null, comeBack: 'sortie watch a', onInterrupt: 'detach', mode: 'plain' } as const;
const never = new AbortController().signal;

test("one run's output comes out byte by byte as it is when nobody's terminal is there", async () => {
  const { text, terminal } = pipes();
  const bytes = Buffer.from([0x61, 0x0d, 0x1b, 0x5b, 0x32, 0x4a, 0xff, 0x00, 0x0a]);
  const id = 'a'.repeat(32);
  const feed = feedOf([{ type: 'output', at: 1, id, offset: 0, stream: 'stdout', bytes }]);
  const outcome = await showView(feed, { ...usual, kind: 'run', subject: id, terminal, signal: never });
  expect(text.stdout).toEqual(bytes);
  expect(feed.wishes).toEqual([[id]]);
  expect(outcome).toEqual({ kind: 'over' });
});

test('a batch tells of each trial once when it starts and once when it ends', async () => {
  const hosts = [{ name: 'box', gpus: 2 }];
  const fleet = makeFleet({ seed: 3, trials: 4, hosts, trialSeconds: 60 });
  const { text, terminal } = pipes();
  const feed = new FleetFeed({ ...standardFleet(), fleet, second: 1, speed: 200, rate: 20 });
  await showView(feed, { ...usual, kind: 'batch', subject: fleet.batch, terminal, signal: never });
  const lines = text.stderr.toString().trim().split('\n');
  for (const { meta } of fleet.trials) {
    const about = lines.filter((line) => line.startsWith(meta.id.slice(0, 8)));
    expect(about.at(-1)).toMatch(
      /(completed in \d+:\d\d \(box\)|error after \d+:\d\d \(box\): exit status 1) lr=\S+ .*loss=/,
    );
    expect(about.length).toBeLessThanOrEqual(2);
  }
  expect(lines[0]).toBe('box: connected');
  expect(text.stdout.toString()).toBe('');
});

test('a line about a run waits for what is known of it, but not beyond the end', async () => {
  const { text, terminal } = pipes();
  const [known, unknown] = ['a'.repeat(32), 'b'.repeat(32)];
  const run = (id: string, status: RunState['status'], at: number): FeedEvent => ({
    type: 'agent',
    at,
    host: 'local',
    event: { type: 'run', seq: at, run: memoryRun(id, { status }).state },
  });
  const feed = {
    ...feedOf([]),
    async *events(): AsyncIterable<FeedEvent> {
      yield run(known, 'running', 1);
      yield run(unknown, 'running', 2);
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(text.stderr.toString()).toBe('');
      const meta = {
        id: known,
        operation: 'train',
        label: null,
        flags: { lr: '0.1' },
        trials: null,
        batch: null,
      };
      yield { type: 'meta', at: 3, meta };
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(text.stderr.toString()).toBe('aaaaaaaa running on local lr=0.1\n');
    },
  };
  await showView(feed, { ...usual, kind: 'watch', terminal, signal: never });
  expect(text.stderr.toString()).toBe('aaaaaaaa running on local lr=0.1\nbbbbbbbb running on local\n');
});

test('a link that is lost and found again is told in words, with what it does not mean', async () => {
  const { text, terminal } = pipes();
  const link = (at: number, state: Extract<FeedEvent, { type: 'link' }>['link']): FeedEvent => ({
    type: 'link',
    at,
    host: 'box',
    link: state,
  });
  const feed = feedOf([]);
  const slow = {
    ...feed,
    async *events(): AsyncIterable<FeedEvent> {
      yield link(1, { kind: 'live', heard: 1 });
      await new Promise((resolve) => setTimeout(resolve, 150));
      yield link(2, { kind: 'lost', since: 2, retryAt: 3, reason: 'timed out' });
      await new Promise((resolve) => setTimeout(resolve, 150));
      yield link(3, { kind: 'live', heard: 3 });
    },
  };
  await showView(slow, { ...usual, kind: 'watch', terminal, signal: never });
  expect(text.stderr.toString()).toBe(
    'box: connected\nbox: connection lost (timed out), trying again\nbox: connected again\n',
  );
});

test("a run's streams come out on their like, and those of a trial with its name before each line", async () => {
  const id = 'a'.repeat(32);
  const events = [
    { type: 'output', at: 1, id, offset: 0, stream: 'stderr', bytes: Buffer.from('10%\n') },
    { type: 'output', at: 2, id, offset: 4, stream: 'stdout', bytes: Buffer.from('score 1\n') },
  ] as const;
  const bare = pipes();
  await showView(feedOf(events), {
    ...usual,
    kind: 'run',
    subject: id,
    terminal: bare.terminal,
    signal: never,
  });
  expect([bare.text.stdout, bare.text.stderr].map(String)).toEqual(['score 1\n', '10%\n']);
  const named = pipes();
  await showView(feedOf(events), { ...usual, kind: 'watch', terminal: named.terminal, signal: never });
  expect([named.text.stdout, named.text.stderr].map(String)).toEqual([
    'aaaaaaaa | score 1\n',
    'aaaaaaaa | 10%\n',
  ]);
});

test('json gives every event as a line, output as text where it is text and as base64 where not', async () => {
  const { text, terminal } = pipes();
  const id = 'a'.repeat(32);
  const feed = feedOf([
    { type: 'output', at: 1, id, offset: 0, stream: 'stdout', bytes: Buffer.from('loss: 1\n') },
    { type: 'output', at: 2, id, offset: 8, stream: 'stderr', bytes: Buffer.from([0xff]) },
    { type: 'notice', at: 3, level: 'info', text: 'hello' },
  ]);
  await showView(feed, { ...usual, mode: 'json', kind: 'watch', terminal, signal: never });
  const lines = text.stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(lines).toEqual([
    { type: 'output', at: 1, id, offset: 0, stream: 'stdout', text: 'loss: 1\n' },
    { type: 'output', at: 2, id, offset: 8, stream: 'stderr', base64: '/w==' },
    { type: 'notice', at: 3, level: 'info', text: 'hello' },
  ]);
});

test('lines of several runs carry their names, and a bar is its last state', () => {
  const lines = new PrefixedLines('a1b2c3d4');
  const write = (text: string) => lines.write(Buffer.from(text));
  expect(write('epoch 1\nep') + write('och 2\n 10%\r 90%') + write('\r100%\n') + lines.end()).toBe(
    'a1b2c3d4 | epoch 1\na1b2c3d4 | epoch 2\na1b2c3d4 | 100%\n',
  );
});
