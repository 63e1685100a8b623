import { expect, test, vi } from 'vitest';
import { UserError } from '#protocol';
import type { LinkState } from '../agent-api.ts';
import { LinkLostError } from '../transport.ts';
import { Connection } from './connection.ts';
import { Link } from './link.ts';
import { FakeAgent, sendJson, Wire } from './testing.ts';

const call = async (connection: Connection) =>
  (await (await connection.call({ method: 'GET', path: '/x' })).bytes()).toString();

/** A link to an agent that answers; `dial` decides what each attempt does. */
function linked(dial: (attempt: number, wire: Wire) => Promise<void> = async () => undefined) {
  const agent = new FakeAgent((stream) => sendJson(stream, 1));
  const wires: Wire[] = [];
  const link = new Link({
    name: 'gpu-box',
    wait: async (_ms, signal) => {
      signal?.throwIfAborted();
      await new Promise((resolve) => void setImmediate(resolve));
      return 'over';
    },
    dial: async () => {
      const wire = new Wire();
      wires.push(wire);
      await dial(wires.length, wire);
      return new Connection(agent.accept(wire), { host: 'gpu-box' });
    },
  });
  return { agent, wires, link };
}

test('nothing is dialled before the first call, and one connection serves all', async () => {
  const { link, wires } = linked();
  expect(wires).toHaveLength(0);
  await Promise.all([1, 2, 3].map(async () => link.retrying(undefined, call)));
  expect(wires).toHaveLength(1);
  await link.close();
});

test('a host that was never reached gives its first failure to the caller', async () => {
  const { link, wires } = linked(async () => {
    throw new UserError({ code: 'host-unreachable', message: 'down' });
  });
  await expect(link.retrying(undefined, call)).rejects.toThrow('down');
  expect(link.state).toMatchObject({ kind: 'lost', reason: 'down' });
  await expect(link.retrying(undefined, call)).rejects.toThrow('down');
  expect(wires).toHaveLength(2);
});

test('a link that is cut on the way to the agent is made again', async () => {
  const { link, wires } = linked(async (attempt) => {
    if (attempt < 3) throw new LinkLostError('cut');
  });
  expect(await link.retrying(undefined, call)).toBe('1');
  expect(wires).toHaveLength(3);
  await link.close();
});

test('a cut is met by one new connection, whatever the number of calls that met it', async () => {
  const { link, wires } = linked();
  await link.retrying(undefined, call);
  const calls = [...Array(20).keys()].map(async () => link.retrying(undefined, call));
  wires[0]?.cut();
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['1']));
  expect(wires).toHaveLength(2);
  await link.close();
});

test('a link that died is made again though nobody asks, with no limit of attempts', async () => {
  const { link, wires } = linked(async (attempt) => {
    if (attempt > 1 && attempt < 200) throw new UserError({ code: 'host-unreachable', message: 'down' });
  });
  const states: LinkState['kind'][] = [];
  link.onChange(({ kind }) => states.push(kind));
  await link.retrying(undefined, call);
  wires[0]?.cut();
  await expect.poll(() => wires.length).toBe(200);
  await expect.poll(() => link.state.kind).toBe('live');
  expect(new Set(states)).toEqual(new Set(['connecting', 'live', 'lost']));
  await link.close();
});

test('a changed host key ends the attempts', async () => {
  const { link, wires } = linked(async (attempt) => {
    if (attempt > 1) throw new UserError({ code: 'host-key-changed', message: 'changed' });
  });
  await link.retrying(undefined, call);
  wires[0]?.cut();
  await expect(link.retrying(undefined, call)).rejects.toThrow('changed');
});

test('a call that waits for a lost link can be cancelled', async () => {
  const { link, wires } = linked(async (attempt) => {
    if (attempt > 1) throw new UserError({ code: 'host-unreachable', message: 'down' });
  });
  await link.retrying(undefined, call);
  wires[0]?.cut();
  const cancel = new AbortController();
  const waiting = link.retrying(cancel.signal, call);
  cancel.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await link.close();
  await expect(link.retrying(undefined, call)).rejects.toThrow('closed');
});

test('a late failure of an old connection leaves the new one alone', async () => {
  const { link, wires } = linked();
  const old = await link.connection(undefined);
  wires[0]?.cut();
  await old.closed;
  const fresh = await link.connection(undefined);
  old.destroy('again');
  expect(await link.connection(undefined)).toBe(fresh);
  expect(wires).toHaveLength(2);
  await link.close();
});

test('an agent that was only ever silent was not reached: what then keeps it from being reached is the answer', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  try {
    let dials = 0;
    const link = new Link({
      name: 'gpu-box',
      wait: async () => 'over',
      dial: async () => {
        dials += 1;
        if (dials > 1) throw new UserError({ code: 'agent-hangs', message: 'it hangs' });
        return new Connection(new Wire({ blackHole: true }).client, { host: 'gpu-box' });
      },
    });
    const answer = link.retrying(undefined, call).catch((error: unknown) => error);
    for (let second = 0; second < 8; second += 1) {
      await new Promise((resolve) => void setImmediate(resolve));
      vi.advanceTimersByTime(1000);
    }
    expect(await answer).toMatchObject({ message: 'it hangs' });
  } finally {
    vi.useRealTimers();
  }
});
