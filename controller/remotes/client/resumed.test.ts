import * as fc from 'fast-check';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { END_TRAILER, LENGTH_HEADER, type AgentEvent } from '#protocol';
import { Connection } from './connection.ts';
import { LinkedHost } from './host.ts';
import { Link } from './link.ts';
import { FakeAgent, Wire, type Respond, type WireFaults } from './testing.ts';

const id = 'a'.repeat(32);

/** A host whose wires have these faults, one after the other; those after the last have none. */
function hostWith(respond: Respond, faults: readonly Partial<WireFaults>[] = []) {
  const agent = new FakeAgent(respond);
  const wires: Wire[] = [];
  const dial = async () => {
    const wire = new Wire(faults[wires.length]);
    wires.push(wire);
    return new Connection(agent.accept(wire), { host: 'gpu-box' });
  };
  return { agent, wires, host: new LinkedHost('gpu-box', new Link({ name: 'gpu-box', dial })) };
}

/** Serves `file` as an agent serves output that has ended. */
function outputOf(file: Buffer, trailers: Record<string, string> = {}): Respond {
  return (stream, _headers, url) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.once('wantTrailers', () =>
      stream.sendTrailers({ [END_TRAILER]: 'final', [LENGTH_HEADER]: String(file.length), ...trailers }),
    );
    stream.end(file.subarray(Number(url.searchParams.get('from'))));
  };
}

async function all(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('output has no gap and no duplicate over any cuts and slices', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 0, maxLength: 20_000 }),
      fc.array(fc.record({ cutAfter: fc.nat(9000), oneByteSlices: fc.boolean() }), { maxLength: 6 }),
      fc.nat(3000),
      async (bytes, faults, skip) => {
        const file = Buffer.from(bytes);
        const from = Math.min(skip, file.length);
        const { host } = hostWith(outputOf(file), faults);
        const got = await all(host.output(id, { from, follow: true }));
        expect(got.equals(file.subarray(from))).toBe(true);
        await host.close();
      },
    ),
    { numRuns: 40 },
  );
});

test('a length that contradicts what was received is an error', async () => {
  const { host } = hostWith(outputOf(Buffer.from('hello'), { [LENGTH_HEADER]: '7' }));
  await expect(all(host.output(id, { from: 0, follow: true }))).rejects.toMatchObject({
    code: 'output-gap',
    message: expect.stringContaining('gpu-box: output of aaaaaaaa has 7 bytes') as string,
  });
  await host.close();
});

test('an answer without trailers is no end: it is asked for again, and not for ever', async () => {
  const { host, agent } = hostWith((stream) => {
    stream.respond({ ':status': 200 });
    stream.end();
  });
  await expect(all(host.output(id, { from: 0, follow: true }))).rejects.toMatchObject({
    code: 'agent-failed',
  });
  expect(agent.requests.length).toBeGreaterThan(1);
  await host.close();
}, 20_000);

test('an empty rest whose head and end arrive in one piece is an end', async () => {
  const file = Buffer.from('hello');
  const { host, agent } = hostWith(outputOf(file), [{ inOnePiece: true }]);
  expect(await all(host.output(id, { from: file.length, follow: true }))).toHaveLength(0);
  expect(agent.requests).toHaveLength(1);
  await host.close();
});

test('links that cut an answer just before they die are no failure of the agent, however many do so', async () => {
  const file = Buffer.from('hello');
  const agent = new FakeAgent((stream, headers, url) => {
    if (agent.requests.length > 6) return outputOf(file)(stream, headers, url);
    stream.respond({ ':status': 200 });
    stream.end();
  });
  let wire = new Wire();
  const dial = async () => {
    wire = new Wire();
    return new Connection(agent.accept(wire), { host: 'gpu-box' });
  };
  const dies = async () => {
    wire.cut();
    await new Promise((resolve) => setImmediate(resolve));
    return 'over' as const;
  };
  const host = new LinkedHost('gpu-box', new Link({ name: 'gpu-box', dial, wait: dies }));
  expect(await all(host.output(id, { from: 0, follow: true }))).toEqual(file);
  await host.close();
});

test('a follower goes on after what is there so far, and another reader stops there', async () => {
  let asked = 0;
  const respond: Respond = (stream, headers, url) =>
    outputOf(Buffer.from('hello'), { [END_TRAILER]: (asked += 1) > 1 ? 'final' : 'now' })(
      stream,
      headers,
      url,
    );
  const { host } = hostWith(respond);
  expect((await all(host.output(id, { from: 0, follow: false }))).toString()).toBe('hello');
  expect(asked).toBe(1);
  asked = 0;
  expect((await all(host.output(id, { from: 0, follow: true }))).toString()).toBe('hello');
  expect(asked).toBe(2);
  await host.close();
});

test('a reader that leaves takes its stream with it', async () => {
  let closed = false;
  const { host } = hostWith((stream) => {
    stream.on('close', () => (closed = true));
    stream.respond({ ':status': 200 });
    stream.write('hello');
  });
  for await (const _chunk of host.output(id, { from: 0, follow: true })) break;
  await expect.poll(() => closed).toBe(true);
  await host.close();
});

test('a file is read over cuts up to the length that the host gave at the end', async () => {
  const file = Buffer.alloc(50_000, 'weights');
  const serve: Respond = (stream, _headers, url) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.once('wantTrailers', () =>
      stream.sendTrailers({ [END_TRAILER]: 'now', [LENGTH_HEADER]: String(file.length) }),
    );
    stream.end(file.subarray(Number(url.searchParams.get('from'))));
  };
  const { host } = hostWith(serve, [{ cutAfter: 20_000 }, { cutAfter: 30_000 }]);
  expect((await all(host.file(id, 'model', { from: 10 }))).equals(file.subarray(10))).toBe(true);
  await host.close();
});

/** The events of an agent that is at number 40; a reader who names its place gets what is after it, another one a snapshot at 1. */
const tellEvents: Respond = (stream, _headers, url) => {
  const since = Number(url.searchParams.get('since') ?? 0);
  const say = (event: AgentEvent) => stream.write(`${JSON.stringify(event)}\n`);
  stream.respond({ ':status': 200 });
  say({ type: 'hello', seq: since === 0 ? 1 : 40, epoch: 'e', snapshot: since === 0 });
  if (since === 0) for (let n = 0; n < 3; n += 1) say({ type: 'removed', seq: 1, id });
  for (let seq = Math.max(since, 1) + 1; seq <= 40; seq += 1) say({ type: 'removed', seq, id });
  say({ type: 'beat', seq: 40 });
};

test('events continue after the last one seen, and a snapshot that was cut is given whole again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(2500), { maxLength: 5 }), async (cuts) => {
      const { host } = hostWith(
        tellEvents,
        cuts.map((cutAfter) => ({ cutAfter })),
      );
      let seen = new Set<number>();
      for await (const event of host.events()) {
        if (event.type === 'hello' && event.snapshot) seen = new Set();
        const isNew = event.type === 'removed' && (event.seq === 1 || !seen.has(event.seq));
        expect(isNew || event.type !== 'removed').toBe(true);
        if (isNew) seen.add(event.seq);
        if (event.type === 'beat') break;
      }
      expect(seen.size).toBe(40);
      await host.close();
    }),
    { numRuns: 30 },
  );
});

test('a blob continues from what the host has, over cuts', async () => {
  const bytes = Buffer.alloc(60_000, 'dataset');
  let here = Buffer.alloc(0);
  const wiresCut: Wire[] = [];
  const { host, wires } = hostWith((stream, headers) => {
    if (headers[':method'] === 'HEAD') {
      const known = here.length === bytes.length;
      stream.respond(
        known
          ? { ':status': 200, [LENGTH_HEADER]: String(here.length) }
          : { ':status': 404, 'x-sortie-partial': String(here.length) },
        { endStream: true },
      );
      return;
    }
    const wire = wires.at(-1);
    stream.on('data', (chunk: Buffer) => {
      if (!wire || wiresCut.includes(wire)) return;
      here = Buffer.concat([here, chunk]);
      if (wiresCut.length < 2) {
        wiresCut.push(wire);
        wire.cut();
      }
    });
    stream.on('end', () => {
      if (!wire || wiresCut.includes(wire)) return;
      stream.respond({ ':status': 200 });
      stream.end('{}');
    });
  });
  const asked: number[] = [];
  await host.putBlob('b'.repeat(64), bytes.length, (from) => {
    asked.push(from);
    const slices = [];
    for (let at = from; at < bytes.length; at += 1000) slices.push(bytes.subarray(at, at + 1000));
    return Readable.from(slices);
  });
  expect(here.equals(bytes)).toBe(true);
  expect(wiresCut).toHaveLength(2);
  expect(asked[0]).toBe(0);
  expect(asked.length).toBeGreaterThan(1);
  await host.close();
});
