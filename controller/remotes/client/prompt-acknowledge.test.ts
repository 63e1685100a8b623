import { createServer, connect } from 'node:http2';
import { duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { acknowledgePromptly } from './prompt-acknowledge.ts';

/** A client's session over a pipe, to a server that answers with as many bytes as it is asked for. */
function connected() {
  const [near, far] = duplexPair();
  const server = createServer();
  server.on('stream', (stream, headers) => {
    stream.respond({ ':status': 200 });
    stream.end(Buffer.alloc(Number(headers['x-size'])));
  });
  server.emit('connection', far);
  const session = connect('http://agent', { createConnection: () => near });
  return { near, session, server };
}

async function answer(session: ReturnType<typeof connect>, size: number): Promise<void> {
  const stream = session.request({ ':path': '/', 'x-size': size });
  for await (const chunk of stream) void chunk;
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

test('what little arrives is answered with bytes that ask for no answer', async () => {
  const { near, session } = connected();
  let written = 0;
  const write = near._write.bind(near);
  near._write = (chunk: Buffer, ...rest) => {
    written += chunk.length;
    write(chunk, ...rest);
  };
  const costOf = async () => {
    const before = written;
    await answer(session, 1);
    return written - before;
  };
  await costOf();
  const usual = await costOf();
  acknowledgePromptly(near, session, 1 << 20);
  await costOf();
  expect(await costOf()).toBeGreaterThan(usual);
  session.destroy();
});

test('a session that has ended is left alone', async () => {
  const { near, session } = connected();
  acknowledgePromptly(near, session, 1 << 20);
  near.emit('data', Buffer.alloc(1));
  session.destroy();
  await turn();
  await turn();
  expect(session.destroyed).toBe(true);
});
