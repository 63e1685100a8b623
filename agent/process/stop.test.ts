import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { thisPlatform } from '../platform/index.ts';
import { stopTree, type StopTree } from './stop.ts';

const platform = thisPlatform();
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A shell that says which signals it gets, and what it says. */
async function told(script: string) {
  const child = spawn('sh', ['-c', `${script}\necho ready; while :; do sleep 0.02; done`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    ended: async () => {
      await ended;
      return { said: text.replace('ready\n', ''), signal: child.signalCode };
    },
  };
}

function stopping(pid: number, how: Pick<StopTree, 'first' | 'graceMs'>): Promise<void> {
  return stopTree({
    platform,
    look: () => ({
      supervisor: null,
      operation: platform.processStart(pid) === null ? null : pid,
      session: null,
      tagged: [],
      self: process.pid,
    }),
    finishing: () => false,
    sent: new Set(),
    ...how,
  });
}

test('TERM comes once, and KILL when the grace period is over', async () => {
  const program = await told("trap 'echo TERM' TERM");
  await stopping(program.pid, { first: 'TERM', graceMs: 200 });
  expect(await program.ended()).toEqual({ said: 'TERM\n', signal: 'SIGKILL' });
});

test('another first signal comes once, then TERM, then KILL, each after a grace period', async () => {
  const program = await told("trap 'echo INT' INT; trap 'echo TERM' TERM");
  await stopping(program.pid, { first: 'INT', graceMs: 200 });
  expect(await program.ended()).toEqual({ said: 'INT\nTERM\n', signal: 'SIGKILL' });
});

test('a program that ends by its first signal gets no other', async () => {
  const program = await told("trap 'echo saved; exit 0' INT; trap 'echo TERM' TERM");
  await stopping(program.pid, { first: 'INT', graceMs: 60_000 });
  expect(await program.ended()).toEqual({ said: 'saved\n', signal: null });
});
