import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { Connection } from './connection.ts';
import { LinkedHost } from './host.ts';
import { Link } from './link.ts';
import { FakeAgent, sendJson, type Respond } from './testing.ts';

const id = 'a'.repeat(32);

afterEach(() => void vi.useRealTimers());

/** A host whose agent answers so. */
function hostile(respond: Respond) {
  const agent = new FakeAgent(respond);
  const dial = async () => new Connection(agent.accept(), { host: 'gpu-box' });
  return {
    agent,
    host: new LinkedHost('gpu-box', new Link({ name: 'gpu-box', dial, wait: async () => 'over' })),
  };
}

async function lastOf(items: AsyncIterable<unknown>): Promise<void> {
  for await (const item of items) void item;
}

/** Writes what `next` gives for as long as it is taken. */
function pour(stream: Parameters<Respond>[0], next: () => string): void {
  const more = () => {
    while (!stream.destroyed && stream.write(next()));
  };
  stream.on('drain', more);
  more();
}

const idle = {
  attempt: 1,
  status: 'pending',
  exitStatus: null,
  reason: null,
  initialized: null,
  started: null,
  stopped: null,
};
const state = (run: string) => ({
  id: run,
  ...idle,
  outputBytes: 0,
  gpus: [],
  batch: null,
  queue: null,
  scalars: {},
  progress: null,
});
const badAnswer = (why: string) => ({
  name: 'UserError',
  code: 'bad-answer',
  message: expect.stringMatching(new RegExp(`^gpu-box: the agent's answer to .*${why}`)) as string,
});

test.each([
  ['no JSON', 'what?', 'Unexpected token'],
  ['nothing', '', 'JSON'],
  ['another shape', '{"id":1}', 'Invalid'],
  [
    'an infinite time',
    JSON.stringify({ ...state(id), started: 0 }).replace('"started":0', '"started":1e999'),
    'started',
  ],
  ['a time that is no date', JSON.stringify({ ...state(id), started: 1e300 }), 'started'],
  ['a negative length', JSON.stringify({ ...state(id), outputBytes: -1 }), 'outputBytes'],
  ['arrays in arrays, a million deep', '['.repeat(1_000_000), ''],
  ['a mapping that names its prototype', '{"__proto__":{"polluted":true}}', 'Invalid'],
])('%s in answer to a question is a bad answer of that host', async (_what, body, why) => {
  const { host } = hostile((stream) => {
    stream.respond({ ':status': 200 });
    stream.end(body);
  });
  await expect(host.run(id)).rejects.toMatchObject(badAnswer(why));
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  await host.close();
});

test('a refusal that is no JSON is a bad answer, and so is one without an end', async () => {
  const page = hostile((stream) => {
    stream.respond({ ':status': 502 });
    stream.end('<html>Bad Gateway\u001b[2J');
  });
  await expect(page.host.info()).rejects.toMatchObject(badAnswer('status 502'));
  const endless = hostile((stream) => {
    stream.respond({ ':status': 500 });
    pour(stream, () => 'x'.repeat(65_536));
  });
  await expect(endless.host.info()).rejects.toMatchObject(badAnswer('longer than 1048576 bytes'));
  await page.host.close();
  await endless.host.close();
});

test('an answer without an end, or one that says that it is longer than any, is refused with less than twice its limit in memory', async () => {
  const endless = hostile((stream) => {
    stream.respond({ ':status': 200 });
    pour(stream, () => ' '.repeat(1 << 20));
  });
  const before = process.memoryUsage().rss;
  await expect(endless.host.runs({ attrs: [] })).rejects.toMatchObject(
    badAnswer('longer than 134217728 bytes'),
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(400 << 20);
  const announced = hostile((stream) => {
    stream.respond({ ':status': 200, 'content-length': String(2 ** 40) });
    stream.write('[');
  });
  await expect(announced.host.runs({ attrs: [] })).rejects.toMatchObject(badAnswer('longer than'));
  await endless.host.close();
  await announced.host.close();
});

test('events of ever new runs end where no host has that many', async () => {
  let seq = 0;
  const long = 'x'.repeat(1 << 20);
  const { host } = hostile((stream) => {
    stream.respond({ ':status': 200 });
    stream.write(`${JSON.stringify({ type: 'hello', seq, epoch: 'e', snapshot: true })}\n`);
    pour(stream, () => {
      seq += 1;
      const run = createHash('md5').update(String(seq)).digest('hex');
      return `${JSON.stringify({ type: 'run', seq, run: { ...state(run), reason: long } })}\n`;
    });
  });
  await expect(lastOf(host.events())).rejects.toMatchObject(badAnswer('it told of 64 runs'));
  await host.close();
});

test.each([
  ['no JSON', 'what?\n', 'Unexpected token'],
  ['no event', '{"type":"nothing"}\n', 'type'],
  ['a line without an end', 'x'.repeat(5 << 20), 'longer than 4194304 characters'],
])('%s among events is a bad answer', async (_what, body, why) => {
  const { host } = hostile((stream) => {
    stream.respond({ ':status': 200 });
    stream.write(body);
  });
  await expect(lastOf(host.events())).rejects.toMatchObject(badAnswer(why));
  await host.close();
});

test('answers that are each cut after one byte end', async () => {
  const { host, agent } = hostile((stream) => {
    stream.respond({ ':status': 200 });
    stream.write('x', () => stream.close(2));
  });
  await expect(lastOf(host.output(id, { from: 0, follow: true }))).rejects.toMatchObject({
    code: 'agent-failed',
  });
  expect(agent.requests.length).toBeLessThan(20);
  await host.close();
});

test('an answer that goes on a byte at a time ends at its deadline, that of an upload too', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { host, agent } = hostile((stream) => {
    stream.resume();
    stream.respond({ ':status': 200 });
    stream.write('[');
  });
  const listed = host.runs({ attrs: [] });
  const sent = host.putBlobs(async () => Readable.from([Buffer.from('blob')]));
  for (const late of [listed, sent]) late.catch(() => undefined);
  await vi.waitUntil(() => agent.requests.length === 2);
  for (let n = 0; n < 50; n += 1) await new Promise((resolve) => void setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(61_000);
  await expect(listed).rejects.toMatchObject({ code: 'no-answer' });
  await vi.advanceTimersByTimeAsync(30 * 60_000);
  await expect(sent).rejects.toMatchObject({ code: 'no-answer' });
  await host.close();
});

test('a time of a file that is no date is the nearest date', async () => {
  const file = { path: 'a', kind: 'file', size: 1, executable: false, mtime: 1e300 };
  const { host } = hostile((stream) => sendJson(stream, [file]));
  const [listed] = await host.files(id, '');
  expect(new Date(listed?.mtime ?? Number.NaN).toISOString()).toBe('+275760-09-13T00:00:00.000Z');
  await host.close();
});
