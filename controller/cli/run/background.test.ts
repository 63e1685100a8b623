import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { OpenedHost } from '#controller/remotes';
import type { Context } from '../context.ts';
import { inBackground } from './background.ts';

const ID = '0123456789abcdef0123456789abcdef';

test('a run that is told to be running before its lock is there is left as soon as it is', async () => {
  const home = mkdtempSync(join(tmpdir(), 'background-'));
  const marks = join(home, 'runs', ID, '.guild');
  mkdirSync(marks, { recursive: true });
  const running = { id: ID, status: 'running' };
  const host = {
    async *events() {
      yield { type: 'run', run: running };
      // Nothing more is told of it until it ends, which may be days.
      await new Promise(() => undefined);
    },
    run: () => {
      writeFileSync(join(marks, 'LOCK'), '4711');
      return Promise.resolve(running);
    },
  };
  let told = '';
  const stderr = { write: (text: string) => (told += text) };
  const code = await inBackground(ID, {
    operation: 'train',
    pidfile: 'pid',
    opened: { host } as unknown as OpenedHost,
    context: { cwd: home, home, stderr } as unknown as Context,
  });
  expect(code).toBe(0);
  expect(readFileSync(join(home, 'pid'), 'utf8')).toBe('4711');
  expect(told).toBe(`train started in background as ${ID} (pidfile ${join(home, 'pid')})\n`);
  rmSync(home, { recursive: true });
});

test("where no pidfile is named it is the run's own, which goes with the process", async () => {
  const home = mkdtempSync(join(tmpdir(), 'background-'));
  const marks = join(home, 'runs', ID, '.guild');
  mkdirSync(marks, { recursive: true });
  writeFileSync(join(marks, 'LOCK'), '4711');
  const running = { id: ID, status: 'running' };
  const host = {
    async *events() {
      yield { type: 'run', run: running };
      await new Promise(() => undefined);
    },
  };
  let told = '';
  const stderr = { write: (text: string) => (told += text) };
  await inBackground(ID, {
    operation: 'train',
    pidfile: undefined,
    opened: { host } as unknown as OpenedHost,
    context: { cwd: home, home, stderr } as unknown as Context,
  });
  expect(told).toContain(`(pidfile ${join(marks, 'LOCK')})`);
  rmSync(home, { recursive: true });
});
