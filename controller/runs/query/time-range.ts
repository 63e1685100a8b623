import { usageError } from '#protocol';

/** From `start` on and before `end`, in ms since the epoch; null is open. */
export interface TimeRange {
  readonly start: number | null;
  readonly end: number | null;
}

type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/**
 * Reads `--started RANGE` in local time: `after T`, `before T`, `between T and T`, `last N UNITS`, `N UNITS ago`, `today`, `yesterday`,
 * `this UNIT`, `last UNIT`; T is `YYYY-MM-DD[ HH:MM[:SS]]`, `HH:MM[:SS]` or `N UNITS ago`. Throws a usage error.
 */
export function parseTimeRange(text: string, now: Date): TimeRange {
  const spec = text.trim().toLowerCase().replace(/\s+/g, ' ');
  const range = rangeOf(spec, now);
  if (range !== null) return range;
  throw usageError({
    code: 'bad-range',
    message: `invalid RANGE: '${text}'`,
    hint: "Try 'after 2026-01-31', 'last 2 hours', 'yesterday' or 'between 9:00 and 17:00'.",
  });
}

function rangeOf(spec: string, now: Date): TimeRange | null {
  const [, side, time] = /^(after|before) (.+)$/.exec(spec) ?? [];
  if (time !== undefined) {
    const at = timeOf(time, now);
    if (at === null) return null;
    return side === 'after' ? { start: at, end: null } : { start: null, end: at };
  }
  const [, from, to] = /^between (.+) and (.+)$/.exec(spec) ?? [];
  if (from !== undefined && to !== undefined) return between(timeOf(from, now), timeOf(to, now));
  const [, count, unit] = /^last (\d+) (minute|hour|day|week|month|year)s?$/.exec(spec) ?? [];
  if (unit !== undefined) return { start: shifted(now, unit as Unit, -Number(count)).getTime(), end: null };
  return calendar(spec, now);
}

function calendar(spec: string, now: Date): TimeRange | null {
  if (spec === 'today') return period('day', 0, now);
  if (spec === 'yesterday') return period('day', -1, now);
  const [, which, unit] = /^(this|last) (minute|hour|day|week|month|year)$/.exec(spec) ?? [];
  if (unit !== undefined) return period(unit as Unit, which === 'this' ? 0 : -1, now);
  const [, count, ago] = /^(\d+) (minute|hour|day|week|month|year)s? ago$/.exec(spec) ?? [];
  return ago === undefined ? null : period(ago as Unit, -Number(count), now);
}

function between(a: number | null, b: number | null): TimeRange | null {
  return a === null || b === null ? null : { start: Math.min(a, b), end: Math.max(a, b) };
}

/** The whole minute, hour, day, … that lies so many before now. */
function period(unit: Unit, offset: number, now: Date): TimeRange {
  const start = shifted(floor(now, unit), unit, offset);
  return { start: start.getTime(), end: shifted(start, unit, 1).getTime() };
}

function timeOf(text: string, now: Date): number | null {
  const ago = /^(\d+) (minute|hour|day|week|month|year)s? ago$/.exec(text);
  if (ago !== null) return shifted(now, ago[2] as Unit, -Number(ago[1])).getTime();
  const match = /^(?:(\d{4})-(\d{1,2})-(\d{1,2}))?(?: ?(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (match === null || text === '') return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0'] = match;
  const date =
    year === undefined ? floor(now, 'day') : new Date(Number(year), Number(month) - 1, Number(day));
  date.setHours(Number(hour), Number(minute), Number(second));
  return Number.isNaN(date.getTime()) ? null : date.getTime();
}

/** Weeks begin on Monday. */
function floor(date: Date, unit: Unit): Date {
  const result = new Date(date);
  result.setSeconds(0, 0);
  if (unit === 'minute') return result;
  result.setMinutes(0);
  if (unit === 'hour') return result;
  result.setHours(0);
  if (unit === 'week') result.setDate(result.getDate() - ((result.getDay() + 6) % 7));
  if (unit === 'month' || unit === 'year') result.setDate(1);
  if (unit === 'year') result.setMonth(0);
  return result;
}

function shifted(date: Date, unit: Unit, count: number): Date {
  const result = new Date(date);
  switch (unit) {
    case 'minute':
      result.setTime(result.getTime() + count * 60_000);
      break;
    case 'hour':
      result.setTime(result.getTime() + count * 3_600_000);
      break;
    case 'day':
      result.setDate(result.getDate() + count);
      break;
    case 'week':
      result.setDate(result.getDate() + 7 * count);
      break;
    case 'month':
      result.setMonth(result.getMonth() + count);
      break;
    case 'year':
      result.setFullYear(result.getFullYear() + count);
      break;
  }
  return result;
}
