import { expect, test } from 'vitest';
import { usageError } from '#protocol';
import { backoffMs, ConnectLimiter } from './connect-limiter.ts';

const dropped = (message = 'the server is busy') => usageError({ code: 'connection-dropped', message });

test('no more than six are at one server at a time, and others do not wait for them', async () => {
  const limiter = new ConnectLimiter();
  const open: (() => void)[] = [];
  const most = { a: 0, b: 0 };
  const now = { a: 0, b: 0 };
  const connect = (server: 'a' | 'b') => async () => {
    now[server] += 1;
    most[server] = Math.max(most[server], now[server]);
    await new Promise<void>((resolve) => open.push(resolve));
    now[server] -= 1;
  };
  const all = Array.from({ length: 20 }, async () => limiter.run('a', connect('a')));
  all.push(limiter.run('b', connect('b')));
  while (now.b === 0) await new Promise((resolve) => setImmediate(resolve));
  const ended = { all: false };
  const finished = Promise.all(all).then(() => (ended.all = true));
  while (!ended.all) {
    open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await finished;
  expect(most).toEqual({ a: 6, b: 1 });
});

test('a connection that a busy server dropped is tried again', async () => {
  let attempts = 0;
  const result = await new ConnectLimiter().run('a', async () => {
    attempts += 1;
    if (attempts < 3) throw dropped();
    return 'in';
  });
  expect([result, attempts]).toEqual(['in', 3]);
});

test.each([
  ['a refused key', usageError({ code: 'auth-failed', message: 'no' })],
  ['a penalty for this address', dropped('Not allowed at this time')],
])('%s is not tried again', async (_what, error) => {
  let attempts = 0;
  const connecting = new ConnectLimiter().run('a', async () => {
    attempts += 1;
    throw error;
  });
  await expect(connecting).rejects.toBe(error);
  expect(attempts).toBe(1);
});

test('waiting for a place ends when nobody waits for the connection any more', async () => {
  const limiter = new ConnectLimiter();
  const cancel = new AbortController();
  const never = Array.from({ length: 6 }, async () =>
    limiter.run('a', async () => new Promise(() => undefined)),
  );
  const waiting = limiter.run('a', async () => 'in', cancel.signal);
  cancel.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(never).toHaveLength(6);
});

test('waits grow, and are spread', () => {
  expect(backoffMs(0, 0)).toBeLessThan(backoffMs(0, 0.99));
  expect(backoffMs(3, 0)).toBeGreaterThan(backoffMs(0, 0.99));
});
