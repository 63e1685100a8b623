import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { parsePs } from './darwin.ts';
import { linux, parseStat } from './linux.ts';

describe('a line of /proc/PID/stat', () => {
  test('is read past a program name that holds spaces and parentheses', () => {
    const line = `42 (a) b (c)) S 7 42 41 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3`;
    expect(parseStat(line)).toEqual({ pid: 42, parent: 7, session: 41, start: '987654', zombie: false });
  });

  test('tells a process that only waits to be collected', () => {
    expect(parseStat('1 (x) Z 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 5')?.zombie).toBe(true);
  });

  test('that is cut short is no process', () => {
    expect(parseStat('1 (x')).toBeNull();
    expect(parseStat('1 (x) S 1 1')).toBeNull();
  });
});

describe.runIf(process.platform === 'linux')('the process table', () => {
  test('finds a process by its tag, and no other', async () => {
    const value = `tag-${process.pid}`;
    const child = spawn('sleep', ['60'], {
      env: { PATH: process.env['PATH'], TAG: value, OTHER: `${value}x` },
    });
    await once(child, 'spawn');
    try {
      expect(linux.taggedWith('TAG', value)).toEqual([child.pid]);
      expect(linux.taggedWith('AG', value)).toEqual([]);
      expect(linux.taggedWith('OTHER', value)).toEqual([]);
      const start = linux.processStart(child.pid ?? 0);
      expect(linux.processes().find(({ pid }) => pid === child.pid)).toMatchObject({
        start,
        parent: process.pid,
      });
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(linux.processStart(child.pid ?? 0)).toBeNull();
  });
});

test('macOS tells the same by ps', () => {
  const text =
    '  501     1      0 Ss   Mon Jan  5 10:00:01 2026    \n  502   501   1f5 Z    Mon Jan  5 10:00:02 2026\n';
  expect(parsePs(text)).toEqual([
    { pid: 501, parent: 1, session: 0, start: 'Mon Jan 5 10:00:01 2026', zombie: false },
    { pid: 502, parent: 501, session: 0x1f5, start: 'Mon Jan 5 10:00:02 2026', zombie: true },
  ]);
});
