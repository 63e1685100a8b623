import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadline } from './deadline.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('it expires once its time has run', () => {
  const expired = vi.fn<() => void>();
  const deadline = new Deadline(1_000, expired);
  vi.advanceTimersByTime(999);
  expect(expired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(expired).toHaveBeenCalledOnce();
  deadline.clear();
});

test('its clock stands still while anybody holds it', () => {
  const expired = vi.fn<() => void>();
  const deadline = new Deadline(1_000, expired);
  vi.advanceTimersByTime(600);
  const first = deadline.hold();
  const second = deadline.hold();
  vi.advanceTimersByTime(60_000);
  first();
  first();
  vi.advanceTimersByTime(60_000);
  expect(expired).not.toHaveBeenCalled();
  second();
  vi.advanceTimersByTime(400);
  expect(expired).toHaveBeenCalledOnce();
});

test('cleared, it never expires, though a hold ends later', () => {
  const expired = vi.fn<() => void>();
  const deadline = new Deadline(1_000, expired);
  const release = deadline.hold();
  deadline.clear();
  release();
  vi.advanceTimersByTime(60_000);
  expect(expired).not.toHaveBeenCalled();
});
