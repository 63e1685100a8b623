import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunState } from '#protocol';
import { News } from './news.ts';

const running = { id: 'a'.repeat(32), status: 'running', scalars: {} } as unknown as RunState;
const ended: RunState = { ...running, status: 'completed' };
const told: RunState[] = [];
let isReading = true;

beforeEach(() => {
  vi.useFakeTimers();
  told.length = 0;
  isReading = true;
});
afterEach(() => vi.useRealTimers());

function news(): News {
  return new News({ isReading: () => isReading, onState: (state) => told.push(state) });
}

test('an end is told once the output was observed, and once only', () => {
  const teller = news();
  teller.tell(running);
  teller.tell(ended);
  expect(told).toEqual([running]);
  expect(teller.isOwed(running.id)).toBe(true);
  isReading = false;
  const whole = { ...ended, outputBytes: 7 };
  teller.tell(whole);
  vi.runAllTimers();
  expect(told).toEqual([running, whole]);
  expect(teller.isOwed(running.id)).toBe(false);
});

test('where observing takes long, the end is told without its last scalars', () => {
  const teller = news();
  teller.tell(ended);
  vi.advanceTimersByTime(2000);
  expect(told).toEqual([ended]);
  teller.tell({ ...ended, outputBytes: 7 });
  isReading = false;
  teller.tell({ ...ended, outputBytes: 9 });
  expect(told.at(-1)).toMatchObject({ outputBytes: 9 });
});

test('a run that is gone, or begun anew, is owed no end', () => {
  const teller = news();
  teller.tell(ended);
  teller.forget(ended.id);
  vi.runAllTimers();
  expect(told).toEqual([]);
  teller.tell(ended);
  teller.tell(running);
  vi.runAllTimers();
  expect(told).toEqual([running]);
});
