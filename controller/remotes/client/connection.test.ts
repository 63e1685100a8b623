import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { Connection } from './connection.ts';
import { FakeAgent, sendJson, Wire, type Respond } from './testing.ts';
import { AnswerCut, LinkDied } from './wire-errors.ts';

afterEach(() => void vi.useRealTimers());

function connected(respond: Respond, wire = new Wire()) {
  const agent = new FakeAgent(respond);
  return { agent, wire, connection: new Connection(agent.accept(wire), { host: 'gpu-box' }) };
}

/** Lets what is ready happen, without time passing. */
async function turns(count = 50): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => void setImmediate(resolve));
}

test.each([{ oneByteSlices: false }, { oneByteSlices: true }])(
  'answers that are over before they are read arrive whole ($oneByteSlices)',
  async (faults) => {
    const { connection } = connected((stream) => sendJson(stream, { fine: true }), new Wire(faults));
    const answers = await Promise.all(
      [...Array(20).keys()].map(async (n) => connection.call({ method: 'GET', path: `/${n}` })),
    );
    await turns();
    for (const answer of answers) expect((await answer.bytes()).toString()).toBe('{"fine":true}');
    await connection.close();
  },
);

test('a refusal is the error that the agent gave, with the host in front', async () => {
  const body = { code: 'no-space', message: 'the disk is full', hint: 'free some' };
  const { connection } = connected((stream) => sendJson(stream, body, 507));
  await expect(connection.call({ method: 'GET', path: '/x' })).rejects.toMatchObject({
    name: 'UserError',
    code: 'no-space',
    message: 'gpu-box: the disk is full',
    hint: 'free some',
  });
  await connection.close();
});

test('a call can be cancelled while the peer is dead', async () => {
  const { connection, wire } = connected(() => undefined);
  wire.faults.blackHole = true;
  const cancel = new AbortController();
  const call = connection.call({ method: 'GET', path: '/x', signal: cancel.signal });
  cancel.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await connection.close();
});

test('reading an answer can be cancelled while the peer is dead', async () => {
  const { connection, wire } = connected((stream) => {
    stream.respond({ ':status': 200 });
    stream.write('one');
  });
  const cancel = new AbortController();
  const answer = await connection.call({ method: 'GET', path: '/x', signal: cancel.signal });
  const chunks = answer.chunks();
  expect((await chunks.next()).value?.toString()).toBe('one');
  wire.faults.blackHole = true;
  const next = chunks.next();
  cancel.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
  await connection.close();
});

test('a dead connection can be closed', async () => {
  const { connection, wire } = connected(() => undefined);
  wire.faults.blackHole = true;
  void connection.call({ method: 'POST', path: '/x', json: 'x'.repeat(1e6) }).catch(() => undefined);
  await turns();
  await connection.close();
  expect(await connection.closed).toBe('closed here');
});

test('what the wire ends is told apart from what the agent ends', async () => {
  const { connection, wire } = connected((stream, _headers, url) => {
    stream.respond({ ':status': 200 });
    stream.write('begun');
    if (url.pathname === '/v1/cut') setImmediate(() => stream.destroy(new Error('disk')));
  });
  const cut = await connection.call({ method: 'GET', path: '/cut' });
  await expect(cut.bytes()).rejects.toThrow(AnswerCut);
  const dead = await connection.call({ method: 'GET', path: '/dead' });
  const reading = dead.bytes();
  const waiting = connection.call({ method: 'GET', path: '/wait' }).then(async (answer) => answer.bytes());
  const ends = Promise.allSettled([reading, waiting]);
  wire.cut();
  for (const end of await ends) expect(end).toMatchObject({ reason: { name: 'LinkDied' } });
  await expect(connection.call({ method: 'GET', path: '/x' })).rejects.toThrow(LinkDied);
});

test('a peer that ends the pipe in order ends the connection, and nothing fails behind it', async () => {
  const { connection, wire } = connected((stream) => sendJson(stream, 1));
  await (await connection.call({ method: 'GET', path: '/x' })).bytes();
  const waiting = connection.call({ method: 'POST', path: '/x', json: 'x'.repeat(1e6) });
  wire.host.end();
  await Promise.allSettled([waiting]);
  await connection.closed;
  await turns();
  expect(connection.alive).toBe(false);
});

test('an upload whose source fails says so, and is no dead link', async () => {
  const { connection } = connected((stream) => void stream.resume());
  const body = Readable.from(
    (async function* () {
      yield Buffer.alloc(1000);
      throw new Error('the file was changed');
    })(),
  );
  await expect(connection.call({ method: 'PUT', path: '/blobs', body })).rejects.toThrow(
    'the file was changed',
  );
  expect(connection.alive).toBe(true);
  await connection.close();
});

test('an upload that is refused is not read to its end', async () => {
  const { connection } = connected((stream) =>
    sendJson(stream, { code: 'no-space', message: 'the disk is full' }, 507),
  );
  let sent = 0;
  const body = Readable.from(
    (function* () {
      for (; sent < 1e9; sent += 65536) yield Buffer.alloc(65536);
    })(),
  );
  await expect(connection.call({ method: 'PUT', path: '/blobs', body })).rejects.toThrow('the disk is full');
  expect(sent).toBeLessThan(100e6);
  await connection.close();
});

test('an upload arrives byte for byte', async () => {
  const bytes = randomBytes(3_000_000);
  const { connection } = connected((stream) => {
    const hash = createHash('sha256');
    stream.on('data', (chunk: Buffer) => hash.update(chunk));
    stream.on('end', () => sendJson(stream, hash.digest('hex')));
  });
  const answer = await connection.call({ method: 'PUT', path: '/blobs', body: Readable.from([bytes]) });
  const sha = createHash('sha256').update(bytes).digest('hex');
  expect((await answer.bytes()).toString()).toBe(JSON.stringify(sha));
  await connection.close();
});

test('a reader that stands still holds the sender, and other calls go on', async () => {
  let sent = 0;
  const { connection } = connected((stream, _headers, url) => {
    if (url.pathname !== '/v1/flood') return sendJson(stream, 1);
    stream.respond({ ':status': 200 });
    const flood = (): void => {
      while (sent < 1e9) {
        sent += 65536;
        if (!stream.write(Buffer.alloc(65536))) return void stream.once('drain', flood);
      }
    };
    flood();
  });
  const flood = await connection.call({ method: 'GET', path: '/flood' });
  await flood.chunks().next();
  await turns(500);
  const held = sent;
  await turns(500);
  expect(sent).toBe(held);
  expect(held).toBeLessThan(16e6);
  expect((await (await connection.call({ method: 'GET', path: '/x' })).bytes()).toString()).toBe('1');
  await connection.close();
});

test('a peer that falls silent is dead within 15 s', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  const { connection, wire } = connected((stream) => sendJson(stream, 1));
  await turns();
  for (let second = 0; second < 60; second += 1) {
    vi.advanceTimersByTime(1000);
    await turns(5);
  }
  expect(connection.alive).toBe(true);
  wire.faults.blackHole = true;
  for (let second = 0; second < 15 && connection.alive; second += 1) {
    vi.advanceTimersByTime(1000);
    await turns(5);
  }
  expect(await connection.closed).toMatch(/nothing was heard/);
});

test('an agent that is reached and says nothing is told of within 7 s', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  const told: string[] = [];
  const onSilence = () => told.push('silent');
  const connection = new Connection(new Wire({ blackHole: true }).client, { host: 'gpu-box', onSilence });
  await turns();
  for (let second = 0; second < 7 && connection.alive; second += 1) {
    vi.advanceTimersByTime(1000);
    await turns(5);
  }
  expect(await connection.closed).toMatch(/the agent was reached and said nothing/);
  expect(told).toEqual(['silent']);
});

test('after a sleep of the machine the peer has 3 s to answer', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  const { connection, wire } = connected((stream) => sendJson(stream, 1));
  await turns();
  wire.faults.blackHole = true;
  vi.setSystemTime(Date.now() + 3_600_000);
  for (let second = 0; second < 5 && connection.alive; second += 1) {
    vi.advanceTimersByTime(1000);
    await turns(5);
  }
  expect(connection.alive).toBe(false);
});
