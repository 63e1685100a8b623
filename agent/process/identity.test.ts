import { expect, test } from 'vitest';
import { thisPlatform } from '../platform/index.ts';
import { isRunning, parseIdentity } from './identity.ts';

test('an identity is read from a whole line only', () => {
  expect(parseIdentity('12\t3456\tboot\n')).toEqual({ pid: 12, start: '3456', bootId: 'boot' });
  for (const cut of ['', '12', '12\t34', '12\t3456\tboo']) expect(parseIdentity(cut)).toBeNull();
});

test('a process is itself only while pid, start and boot all agree', () => {
  const platform = thisPlatform();
  const me = { pid: process.pid, start: platform.processStart(process.pid) ?? '', bootId: platform.bootId() };
  expect(isRunning(me, platform)).toBe(true);
  expect(isRunning({ ...me, start: '1' }, platform)).toBe(false);
  expect(isRunning({ ...me, bootId: 'earlier' }, platform)).toBe(false);
});
