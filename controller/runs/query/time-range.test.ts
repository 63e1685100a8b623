import { expect, test } from 'vitest';
import { parseTimeRange } from './time-range.ts';

const now = new Date(2026, 0, 14, 15, 30, 20); // A Wednesday.
const at = (...parts: [number, number, number, number?, number?, number?]) => {
  const [year, month, day, hour = 0, minute = 0, second = 0] = parts;
  return new Date(year, month - 1, day, hour, minute, second).getTime();
};

test.each<[string, number | null, number | null]>([
  ['after 2026-01-10', at(2026, 1, 10), null],
  ['before 2026-01-10 09:05', null, at(2026, 1, 10, 9, 5)],
  ['between 9:00 and 17:00:30', at(2026, 1, 14, 9), at(2026, 1, 14, 17, 0, 30)],
  ['after 2 hours ago', at(2026, 1, 14, 13, 30, 20), null],
  ['last 15 minutes', at(2026, 1, 14, 15, 15, 20), null],
  ['today', at(2026, 1, 14), at(2026, 1, 15)],
  ['Yesterday', at(2026, 1, 13), at(2026, 1, 14)],
  ['this week', at(2026, 1, 12), at(2026, 1, 19)],
  ['last week', at(2026, 1, 5), at(2026, 1, 12)],
  ['last month', at(2025, 12, 1), at(2026, 1, 1)],
  ['this year', at(2026, 1, 1), at(2027, 1, 1)],
  ['3 days ago', at(2026, 1, 11), at(2026, 1, 12)],
])('%s', (text, start, end) => {
  expect(parseTimeRange(text, now)).toEqual({ start, end });
});

test.each(['', 'soon', 'after', 'between 9:00', 'last few days', 'after 2026-1'])(
  '%j is a usage error',
  (text) => {
    expect(() => parseTimeRange(text, now)).toThrow(/invalid RANGE/);
  },
);
